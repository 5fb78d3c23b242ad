"""The rows of the link tables as pages show them: what an entity is in another place, how sure that is, who says so.

Part of the site, below the page of an entity and that of a table. A row is a node below the graph of its table
(``links/wikidata#model.llama.Q116894231``), with the slots of SSSOM as properties (``itgraph.sssom.model``).

Example::

    rows_about(site, site.base + "model/llama")[0].item.text    # 'Q116894231'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote
from weakref import WeakKeyDictionary

from itgraph.lineage_format import printable
from itgraph.namespaces import OWL, RDFS, SEMAPV, SKOS, SSSOM, compact
from itgraph.prefix_map import identifier_of
from itgraph.site.corrections import Linked
from itgraph.site.facts import Mark, place_of_table
from itgraph.site.sources_said import Said, held_of
from itgraph.sparql import iri_ref, labels
from itgraph.sssom.model import ABSENT, BUILT_IN, NEGATED, NO_TERM_FOUND, SLOTS, STATES, UNCHECKED
from itgraph.terms import value

if TYPE_CHECKING:
    from itgraph.site.site import Site
    from itgraph.sparql import Term

__all__ = ["DENIED", "MOST_ABOUT", "PER_PAGE", "LinkRow", "count_of_rows", "rows_about", "rows_of_table"]

#: So many rows stand on the page of a table, and so many are read of one entity.
PER_PAGE, MOST_ABOUT = 200, 50
#: So much of an address is shown.
MOST_SIGNS, MOST_OF_A_PART = 40, 24
#: Of a row that says what an entity is not. The table has no word for it: it is the modifier of the predicate.
DENIED = "denied"
MATCHES = {SKOS + "exactMatch": "exact", SKOS + "closeMatch": "close"}
#: How a match is known (https://mapping-commons.github.io/semantic-mapping-vocabulary/).
LEXICAL = SEMAPV + "LexicalMatching"
KNOWN = {
    SEMAPV + "ManualMappingCuration": "by a person",
    LEXICAL: "by an identifier",
    SEMAPV + "StructuralMatching": "by authorship",
}
#: What was compared where a name alone led to the item.
NAMES = frozenset({RDFS + "label", SKOS + "altLabel"})
NO_TERM = BUILT_IN["sssom"] + NO_TERM_FOUND.partition(":")[2]
ABOUT, MAPPINGS = iri_ref(OWL + "annotatedSource"), iri_ref(SSSOM + "mappings")


@dataclass(frozen=True)
class LinkRow:
    """A row. ``table`` is the id of its table, ``name`` its own below that, ``href`` where it stands on a page.

    ``item`` is what the entity is matched with, None where nothing was found; ``target`` is the IRI of that, and
    ``place`` what the place is called. ``matched`` is the text that led there, where one did. ``sure`` is a share of a
    hundred in words. ``state`` is one of ``STATES`` or ``DENIED``.
    """

    table: str
    name: str
    href: str
    entity: Linked
    entity_id: str
    match: str
    target: str
    item: Linked | None
    place: str
    label: str
    state: str
    known: str
    matched: str
    authors: tuple[Linked, ...]
    tool: str
    sure: str
    date: str
    source: Linked | None
    also: tuple[Linked, ...]
    comment: str

    @property
    def mark(self) -> Mark:
        """Who says it, as a mark that leads to the row."""
        where = f"{self.table}: {self.source.about}" if self.source is not None else self.table
        # What nobody has checked is no more than proposed.
        name, method = ("row", "inferred") if self.state == UNCHECKED else ("curated", "curated")
        return Mark(name, method, self.href, where)


def rows_about(site: Site, iri: str) -> list[LinkRow]:
    """Return the rows about an entity, by table and item; of more than ``MOST_ABOUT``, one more than these."""
    query = f"SELECT ?row WHERE {{ ?row {ABOUT} {iri_ref(iri)} }} ORDER BY ?row LIMIT {MOST_ABOUT + 1}"
    return read_rows(site, site.store.select(query))


def rows_of_table(site: Site, table: str, offset: int, limit: int) -> list[LinkRow]:
    """Return some of the rows of a table, given by its id, in the order of their names."""
    pattern = f"{iri_ref(site.base + table)} {MAPPINGS} ?row"
    query = f"SELECT ?row WHERE {{ {pattern} }} ORDER BY ?row LIMIT {limit} OFFSET {offset}"
    return read_rows(site, site.store.select(query))


#: By site and table, how many rows there are: a release does not change.
COUNTED: WeakKeyDictionary[Site, dict[str, int]] = WeakKeyDictionary()


def count_of_rows(site: Site, table: str) -> int:
    """Return how many rows a table has, given by its id."""
    known = COUNTED.setdefault(site, {})
    if table not in known:
        pattern = f"{iri_ref(site.base + table)} {MAPPINGS} ?row"
        (count,) = next(site.store.select(f"SELECT (COUNT(*) AS ?count) WHERE {{ {pattern} }}"))
        known[table] = int(count.value) if count is not None else 0
    return known[table]


def read_rows(site: Site, found: Iterable[tuple[Term | None, ...]]) -> list[LinkRow]:
    nodes = [row.value for (row,) in found if row is not None and row.value.startswith(site.base) and "#" in row.value]
    said = held_of(site, nodes)
    entities = [entity for node in nodes for entity in texts(said, node, "subject_id")]
    names = labels(site.store, entities)
    return [read_row(site, said, node, names) for node in nodes]


def read_row(site: Site, said: Said, node: str, names: dict[str, str]) -> LinkRow:
    def text(slot: str) -> str:
        return next(iter(texts(said, node, slot)), "")

    table, _, name = node.removeprefix(site.base).partition("#")
    entity, target, predicate = map(text, ("subject_id", "object_id", "predicate_id"))
    item = identifier_of(target)
    state = text("state") if text("state") in STATES else UNCHECKED
    return LinkRow(
        table=table,
        name=name,
        href=address_of(site, table, name),
        entity=Linked(names.get(entity, entity), site.addresses.of(entity)),
        entity_id=compact(entity, site.base),
        match=MATCHES.get(predicate, compact(predicate)),
        target=target,
        item=None if target == NO_TERM else linked(site, target, item.local if item is not None else ""),
        place=item.place if item is not None else place_of_table(table),
        label=text("object_label"),
        state=DENIED if text("predicate_modifier") == NEGATED else state,
        known=known(text("mapping_justification"), texts(said, node, "subject_match_field"), state),
        matched=", ".join(texts(said, node, "match_string")),
        authors=tuple(linked(site, author) for author in texts(said, node, "author_id")),
        tool=text("mapping_tool"),
        sure=next(map(in_percent, said.terms(node, SLOTS["confidence"].property)), ""),
        date=text("mapping_date"),
        source=next((linked(site, source) for source in texts(said, node, "mapping_provider")), None),
        also=tuple(linked(site, source) for source in texts(said, node, "see_also")),
        comment=text("comment"),
    )


def known(justification: str, compared: list[str], state: str) -> str:
    """Return in words how a row is known.

    >>> known(LEXICAL, [RDFS + "label"], UNCHECKED), known(LEXICAL, [SKOS + "exactMatch"], "present")
    ('by a name', 'by an identifier')
    """
    if justification == LEXICAL and state == ABSENT:
        return "by a search"
    if justification == LEXICAL and compared and NAMES.issuperset(compared):
        return "by a name"
    return KNOWN.get(justification, compact(justification))


def texts(said: Said, node: str, slot: str) -> list[str]:
    return said.texts(node, SLOTS[slot].property)


def linked(site: Site, iri: str, text: str = "") -> Linked:
    """Return a link, its text that of the address where there is none; ``about`` is the whole address."""
    return Linked(text or shortened(iri.partition("://")[2] or iri), site.addresses.of(iri), iri)


def shortened(address: str) -> str:
    """Return an address in few signs: the host and who is behind it, and the name of the file.

    >>> shortened("4ort.xyz/entity/gpt-4.md")
    '4ort.xyz/entity/gpt-4.md'
    >>> shortened("github.com/itgraph/links/blob/b4723de64c20a4704823c97027a4bcfed1a720d5/data/links.csv")
    'github.com/itgraph/…/links.csv'
    """
    if len(address) <= MOST_SIGNS:
        return address
    host, *path = (f"{part[:MOST_OF_A_PART]}…" if len(part) > MOST_OF_A_PART else part for part in address.split("/"))
    return "/".join([host, *path] if len(path) <= 2 else [host, path[0], "…", path[-1]])


def address_of(site: Site, table: str, name: str) -> str:
    """Return where a row stands: its place on the page of its table, or on that part of it which has the row."""
    part = f"?from={quote(name, safe='')}" if count_of_rows(site, table) > PER_PAGE else ""
    page, fragment = site.addresses.page(table), site.addresses.page(f"x#{name}").partition("#")[2]
    return f"{page}{part}#{fragment}"


def in_percent(term: Term) -> str:
    """Return a share of one in percent; what is no share as it is written."""
    share = value(term)
    if isinstance(share, int | float | Decimal) and 0 <= share <= 1:
        return f"{round(float(share) * 100, 1):g}%"
    return printable(term.value)
