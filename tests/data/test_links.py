"""The real link tables: what the release and the command line tell of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from itgraph.resources import data_dir
from itgraph.sssom import NOT, PRESENT, UNCHECKED, MappingSet, read_set
from itgraph.stats import as_text, statistics
from itgraph.store import Store


@pytest.fixture(scope="module")
def tables() -> dict[str, MappingSet]:
    """Return the real tables by name."""
    paths = sorted((data_dir() / "links").glob("*.sssom.tsv"))
    return {path.name.removesuffix(".sssom.tsv"): read_set(path) for path in paths}


def test_the_counts_are_those_of_the_tables(release: Path, tables: dict[str, MappingSet]) -> None:
    store = Store.open(release)
    counts = statistics(store, store.manifest)
    for name in ("wikidata", "ror"):
        present = Counter(
            row.subject_id.partition(":")[2].partition("/")[0] for row in tables[name].mappings if row.holds
        )
        assert {kind: row["present"] for kind, row in counts["links"][name].items() if row["present"]} == present
    for kind, row in counts["links"]["wikidata"].items():
        assert sum(row.values()) == counts["entities"][kind], kind
    unchecked = counts["links"]["wikidata"]["person"]["unchecked"]
    assert unchecked > 700
    assert f"{unchecked} unchecked" in as_text(counts)


def test_everything_is_settled_once(tables: dict[str, MappingSet]) -> None:
    rows = [row for table in tables.values() for row in table.mappings]
    assert {row.state for row in rows} >= {PRESENT, UNCHECKED, ""}
    denied = {(row.subject_id, row.object_id) for row in rows if row.predicate_modifier == NOT}
    assert len(denied) > 15
    assert not denied & {(row.subject_id, row.object_id) for row in rows if row.predicate_modifier != NOT}
