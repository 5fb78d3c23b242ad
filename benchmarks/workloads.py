"""What the endpoints are asked, and over what: the real release with its saved queries, and one of made entities.

Used by ``endpoint``; ``loads`` makes requests of it.

>>> "".join(repeated().texts)
'SELECT ?l { <https://w3id.org/itgraph/model/made-7> <http://www.w3.org/2000/01/rdf-schema#label> ?l }'
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from itgraph import resources
from itgraph.build import build
from itgraph.namespaces import BASE, ITG, RDF, RDFS
from itgraph.queries import load

__all__ = ["ENTITIES", "ROWS", "Workload", "of_made", "of_real", "repeated", "write_releases"]

ENTITIES = 5_000
BASES = 10
ROWS = ENTITIES * BASES
MADE = f"{BASE}model/made-"
MODEL = "https://w3id.org/fair4ml#MLModel"


@dataclass(frozen=True)
class Workload:
    """Texts that are asked in turn; ``fresh`` adds a comment with a number, so that no text is asked twice.

    Where ``entities`` is set there is one text, and ``{}`` in it becomes the number of one made entity after the other.
    ``large`` answers are asked for by few connections, and their volume is told.
    """

    name: str
    texts: tuple[str, ...]
    fresh: bool = False
    entities: int = 0
    large: bool = False

    def text(self, place: int = 0) -> str:
        """Return one of the texts as it can be sent."""
        return self.texts[place].replace("{}", "7") if self.entities else self.texts[place]


def look_up(entity: str) -> str:
    return f"SELECT ?l {{ <{MADE}{entity}> <{RDFS}label> ?l }}"


def repeated() -> Workload:
    """Return the load of one small query that is asked again and again."""
    return Workload("one look-up, repeated", (look_up("7"),))


def of_made() -> list[Workload]:
    """Return the kinds of load over the made entities."""
    large = f"SELECT ?model ?base {{ ?model <{ITG}basedOn> ?base }}"
    return [
        Workload("look-ups, each another", (look_up("{}"),), fresh=True, entities=ENTITIES),
        repeated(),
        Workload(f"SELECT of {ROWS:,} rows", (large,), large=True),
    ]


def of_real() -> list[Workload]:
    """Return the kinds of load over the real data: every saved query, with the example that it holds."""
    saved = tuple(query.text for query in load().values())
    return [
        Workload(f"{len(saved)} saved queries, each text new", saved, fresh=True),
        Workload(f"{len(saved)} saved queries, repeated", saved),
    ]


def write_releases(real: Path, made: Path) -> None:
    """Build the release of the real data into one folder, and write one of made entities alone into another."""
    manifest = build(resources.data_dir(), real, shacl=False).manifest
    lines = sorted(made_lines())
    dump = b"".join(lines)
    changed = {
        "sha256": hashlib.sha256(dump).hexdigest(),
        "bytes": len(dump),
        "statements": len(lines),
        "triples": len(lines),
        "graphs": 0,
        "entities": {"model": ENTITIES},
    }
    made.mkdir()
    (made / manifest["file"]).write_bytes(dump)
    # The index of labels belongs to the real data, and no query asks it.
    kept = {key: value for key, value in manifest.items() if key != "search"}
    (made / "manifest.json").write_text(json.dumps(kept | changed), encoding="utf-8")


def made_lines() -> Iterator[bytes]:
    """Yield the statements about the made entities as N-Quads: type, label, and the models that each is based on."""
    for number in range(ENTITIES):
        entity = f"<{MADE}{number}>"
        yield f"{entity} <{RDF}type> <{MODEL}> .\n".encode()
        yield f'{entity} <{RDFS}label> "Made {number}" .\n'.encode()
        for step in range(1, BASES + 1):
            yield f"{entity} <{ITG}basedOn> <{MADE}{(number + step * step) % ENTITIES}> .\n".encode()
