"""The link tables: ``data/links/<name>.sssom.tsv`` → the claims of the graph ``links/<name>``.

Build side, beside the entry files. Each row becomes a node of its own, with what the table says of the match; a row
that holds also becomes the match itself, as one triple. What is denied and what nobody has looked at becomes no match.
The context maps the slots, as it maps every other term.

>>> from itgraph.resources import data_dir
>>> [graph.id for graph in read_link_tables(data_dir() / "links", [])][0].startswith("links/")
True
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from itgraph.claims import ENTITY_ID, ClaimGraph, Node
from itgraph.dataset import PROJECT
from itgraph.errors import Finding, InputError, ProblemsFound, Severity
from itgraph.namespaces import BASE, KINDS
from itgraph.prefix_map import identifier_of
from itgraph.sssom import ABSENT, NOT, PRESENT, Mapping, MappingSet, read_set
from itgraph.sssom.model import NEGATED, NO_TERM_FOUND, SLOTS, Kind

__all__ = ["ENDING", "FOLDER", "MATCHES", "claims_of", "read_link_tables"]

#: Where the tables stand below ``data/``, and how their names end.
FOLDER = "links"
ENDING = ".sssom.tsv"
#: The predicates that a row may have, as terms of the context.
MATCHES = {"skos:exactMatch": "exactMatch", "skos:closeMatch": "closeMatch"}


def read_link_tables(folder: Path, findings: list[Finding]) -> list[ClaimGraph]:
    """Read the tables below a folder, which need not exist; append what is wrong in them to ``findings``."""
    sets: list[tuple[Path, MappingSet]] = []
    for path in sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else []:
        try:
            table = read_set(path)
        except ProblemsFound as problems:
            findings.extend(problems.findings)
        except InputError as error:
            where = str(error.path or path)
            findings.append(Finding(where, error.line or 1, error.message, error.hint or "", Severity.UNREADABLE))
        else:
            sets.append((path, table))
    found = [(path, table) for path, table in sets if named_after_file(path, table, findings)]
    findings.extend(contradictions(found))
    return [claims_of(table, path) for path, table in found]


def named_after_file(path: Path, table: MappingSet, findings: list[Finding]) -> bool:
    expected = f"{BASE}{FOLDER}/{path.name.removesuffix(ENDING)}"
    if table.mapping_set_id == expected:
        return True
    message = f"mapping_set_id is {table.mapping_set_id}"
    hint = f"write {expected}: the set is named after its file; take the file out if it is a copy"
    findings.append(Finding(str(path), 1, message, hint))
    return False


def contradictions(tables: list[tuple[Path, MappingSet]]) -> Iterator[Finding]:
    """Yield each row that says what another one denies, in whatever table, and what cannot be a match of ours."""
    rows = [(path, row) for path, table in tables for row in table.mappings]
    pairs = [(table.iri(row.subject_id), table.iri(row.object_id)) for _, table in tables for row in table.mappings]
    no = {
        pair: (path, row.line) for (path, row), pair in zip(rows, pairs, strict=True) if row.predicate_modifier == NOT
    }
    for (path, row), pair in zip(rows, pairs, strict=True):
        if row.predicate_modifier != NOT and pair in no:
            where, line = no[pair]
            hint = "take one of the two rows out"
            yield Finding(
                str(path), row.line, f"{row.subject_id} and {row.object_id} are denied in {where}:{line}", hint
            )
    absent = {(path, row.subject_id): row.line for path, row in rows if row.state == ABSENT}
    for path, row in rows:
        if row.state == PRESENT and (path, row.subject_id) in absent:
            message = f"{row.subject_id} is absent too, in line {absent[path, row.subject_id]}"
            yield Finding(str(path), row.line, message, "take one of the two rows out")
        if row.predicate_id not in MATCHES:
            hint = f"choose one of {', '.join(MATCHES)}"
            yield Finding(str(path), row.line, f"{row.predicate_id} is no match of ours", hint)
        kind, _, name = row.subject_id.partition(":")[2].partition("/")
        if not ENTITY_ID.fullmatch(f"{kind}/{name}") or "#" in name or "/" in name:
            yield Finding(str(path), row.line, f"{row.subject_id} is no id", "ids look like itgraph:model/alpaca")
        elif kind not in KINDS:
            hint = f"link one of these: {', '.join(KINDS)}"
            yield Finding(str(path), row.line, f"{row.subject_id} is of a kind that is not linked", hint)
    for path, table in tables:
        yield from wrong_objects(path, table)


def wrong_objects(path: Path, table: MappingSet) -> Iterator[Finding]:
    """Yield each row whose object is no identifier of a place that is known, or not as the graph writes it."""
    nodes: dict[str, int] = {}
    for row in table.mappings:
        if (before := nodes.setdefault(row.node, row.line)) != row.line:
            message = f"{row.object_id} has the same id as the object of line {before}, in another place"
            yield Finding(str(path), row.line, message, "give each place a table of its own")
        if row.object_id == NO_TERM_FOUND:
            continue
        iri = table.iri(row.object_id)
        known = identifier_of(iri)
        if known is None:
            hint = "look at its form in ontology/prefixes.json, or declare the place there"
            yield Finding(str(path), row.line, f"{row.object_id} is no identifier of a known place: {iri}", hint)
        elif known.prefix == "wd" and not known.local.startswith("Q"):
            yield Finding(str(path), row.line, f"{row.object_id} is a property of Wikidata", "items begin with Q")
        elif known.iri != iri:
            hint = f"write it as {known.curie}, where {known.prefix} is {known.iri.removesuffix(known.local)}"
            yield Finding(str(path), row.line, f"{row.object_id} stands for {iri}, not {known.iri}", hint)


def claims_of(table: MappingSet, path: Path) -> ClaimGraph:
    """Return the claims of a table: the set, its rows, and the matches that hold."""
    graph = table.graph
    nodes = [row_node(table, row) for row in table.mappings]
    whole = node_of(
        1,
        id=graph,
        type="MappingSet",
        mapping_set_title=table.mapping_set_title,
        mapping_set_description=table.mapping_set_description,
        mapping_set_license=table.license,
        mappings=[node.id for node in nodes],
    )
    matches = [
        node_of(row.line, id=our_id(table, row), **{MATCHES[row.predicate_id]: table.iri(row.object_id)})
        for row in table.mappings
        if row.holds and row.predicate_id in MATCHES
    ]
    return ClaimGraph(graph, str(path), 1, PROJECT, None, [whole, *nodes, *matches])


def row_node(table: MappingSet, row: Mapping) -> Node:
    """Return the node of a row. Its provider is its primary source too, for those who ask in terms of PROV-O."""
    said: dict[str, Any] = {}
    for name, slot in SLOTS.items():
        values = [table.iri(value) if slot.kind is Kind.ENTITY else value for value in row.values(name)]
        said[name] = values if slot.several else values[0] if values else ""
    said["subject_id"] = our_id(table, row)
    said["predicate_modifier"] = NEGATED if row.predicate_modifier == NOT else ""
    return node_of(
        row.line, id=f"{table.graph}#{row.node}", type="Mapping", **said, hadPrimarySource=row.mapping_provider
    )


def our_id(table: MappingSet, row: Mapping) -> str:
    return table.iri(row.subject_id).removeprefix(BASE)


def node_of(line: int, **said: Any) -> Node:
    """Return a node with what is said of it, all of it in one line."""
    node = Node(line)
    node.update({key: value for key, value in said.items() if value})
    node.lines = dict.fromkeys(node, line)
    return node
