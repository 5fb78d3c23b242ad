"""CSV tables, one for each kind of thing, with a data package that describes them.

Serve side, after ``columns``, which tells the tables and their columns in a first pass; the second pass writes them,
one row at a time. The columns are named as the keys of the JSON-LD. A cell holds the ids of entities, prefixed names of
the vocabulary, other IRIs in full, and the text of literals, whose language is left out; several values stand in one
cell, with ``|`` between them. ``datapackage.json`` (Data Package 2.0, https://datapackage.org/standard/) types each
field, and says what it means.

A spreadsheet takes text that begins with ``=`` for a formula. The tables hold what the sources say; ``safe`` puts an
apostrophe before such text (https://owasp.org/www-community/attacks/CSV_Injection).

Example: ``model.csv`` begins ``id,type,label,…`` and has the row ``model/alpaca,MLModel,Alpaca,…``.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from itgraph.export.authorships import Authorships
from itgraph.export.columns import DELIMITER, LABEL, Column, Table, field_of, rows, tables_of
from itgraph.export.compaction import Compaction
from itgraph.export.jsonld import published
from itgraph.export.lines import Line, subjects
from itgraph.export.selection import Selected
from itgraph.namespaces import ITG, RDF, SKOS, compact

__all__ = ["DESCRIPTOR", "listed", "write_tables", "zip_folder"]

DESCRIPTOR = "datapackage.json"
PACKAGE = "itgraph"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
LICENCE = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}
# What spreadsheets take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TABLE_FILE = re.compile(r"[\w-]+\.csv")
#: The earliest time that a ZIP file can hold: no clock in the bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


def write_tables(selected: Selected, folder: Path, *, safe: bool = False) -> None:
    """Write the tables and their descriptor into an empty folder.

    Raises:
        OSError: it cannot be written.
    """
    compaction = Compaction(published()["@context"], selected.base)
    iris = None if selected.iris is None else frozenset(selected.iris)
    authorships = Authorships.of(selected.triples())
    tables = tables_of(selected.triples(), selected.base, iris, compaction, authorships)
    columns = {name: table.ordered() for name, table in tables.items()}
    with ExitStack() as files:
        writers = {}
        for name in tables:
            file = files.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            writers[name] = csv.writer(file)
            writers[name].writerow(["id", *(column.name for _, column in columns[name])])
        for name, iri, values in rows(selected.triples(), selected.base, iris, authorships):
            row = [cell(values.get(p, ()), p, column, compaction, selected.base, safe) for p, column in columns[name]]
            writers[name].writerow([iri.removeprefix(selected.base), *row])
    words = words_of(selected.triples())
    resources = [resource(folder / f"{name}.csv", table, words) for name, table in tables.items()]
    descriptor = {
        "$schema": PROFILE,
        "name": PACKAGE,
        "title": "itgraph: the lineage of instruction-tuned language models",
        "description": f"Ids are relative to {selected.base}. What a cell holds is what is held of the entity.",
        "version": selected.manifest.get("version", ""),
        "homepage": selected.base,
        "licenses": [LICENCE],
        "resources": resources,
    }
    (folder / DESCRIPTOR).write_text(json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def listed(folder: Path) -> frozenset[str]:
    """Return the files of a folder that an export of ours has written: those that its descriptor lists, and itself.

    Raises:
        OSError: the descriptor is there and cannot be read.
    """
    try:
        package = json.loads((folder / DESCRIPTOR).read_bytes())
    except (FileNotFoundError, ValueError):
        return frozenset()
    if not isinstance(package, dict) or package.get("name") != PACKAGE or package.get("$schema") != PROFILE:
        return frozenset()
    resources = package.get("resources")
    paths = [r.get("path") for r in resources if isinstance(r, dict)] if isinstance(resources, list) else []
    # A path that leads elsewhere is none that we have written.
    return frozenset({DESCRIPTOR, *(p for p in paths if isinstance(p, str) and TABLE_FILE.fullmatch(p))})


def cell(terms: Sequence[Any], predicate: str, column: Column, compaction: Compaction, base: str, safe: bool) -> str:
    """Return the cell for the values of one property."""
    values = [written(term, predicate, compaction, base) for term in terms]
    if column.several:
        values = [value.replace(DELIMITER, "%7C") for value in values]
    joined = DELIMITER.join(values)
    return f"'{joined}" if safe and column.type == "string" and joined.startswith(FORMULA) else joined


def written(term: Any, predicate: str, compaction: Compaction, base: str) -> str:
    if not isinstance(term, ox.NamedNode):
        return str(term.value)
    return compaction.vocabulary(term.value) if predicate == RDF + "type" else compact(term.value, base)


def words_of(lines: Iterable[Line]) -> dict[str, dict[str, str]]:
    """Return title and description of each term of our vocabulary that the statements define."""
    vocabulary = (line for line in lines if line.startswith(f"<{ITG}".encode()))
    words = {}
    for term, quads in subjects(vocabulary):
        said = {quad.predicate.value: quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)}
        words[term] = {"title": said.get(LABEL, ""), "description": said.get(SKOS + "definition", "")}
    return words


def resource(file: Path, table: Table, words: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the descriptor of one table (Data Package 2.0, Data Resource)."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    key = {"name": "id", "type": "string", "constraints": {"required": True, "unique": True}}
    fields = [field_of(predicate, column, words) for predicate, column in table.ordered()]
    return {
        "name": file.stem,
        "type": "table",
        "path": file.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": {"fields": [key, *fields], "primaryKey": ["id"], "missingValues": [""]},
    }


def zip_folder(folder: Path, out: BinaryIO) -> None:
    """Write the files of a folder as a ZIP file, by name and without their times."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(file.name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            entry.create_system = 3
            with file.open("rb") as source, archive.open(entry, "w") as copy:
                while block := source.read(1 << 20):
                    copy.write(block)
