"""The queries of a browse page: what was chosen, as plain SPARQL 1.1.

Part of the site, between the declarations of ``facets`` and ``listing``, which asks. Several values of a facet are
alternatives, several facets all hold. Text from outside becomes a checked term before it stands in a query.

>>> selection = Selection("https://w3id.org/itgraph/", "model", {"base": ["model/llama"]})
>>> print(selection.total())
PREFIX fair4ml: <https://w3id.org/fair4ml#>
PREFIX itg: <https://w3id.org/itgraph/ns#>
SELECT (COUNT(DISTINCT ?entity) AS ?count) WHERE {
  ?entity a fair4ml:MLModel .
  VALUES ?base { <https://w3id.org/itgraph/model/llama> }
  ?entity itg:basedOn ?base .
}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from itgraph.errors import UsageError, echo
from itgraph.namespaces import PREFIXES, compact
from itgraph.site.facets import TABLES, Column, Facet
from itgraph.site.kinds import KINDS
from itgraph.sparql import iri_ref, is_iri, string_literal, values

__all__ = ["Selection", "parts", "term_of"]

#: Kinds that share their class with others: their ids begin with the kind.
SHARED = frozenset({"dataset", "paper"})
INTEGER = re.compile(r"-?[0-9]{1,9}")


class Selection:
    """The entities of a kind, those that were chosen.

    Raises:
        UsageError: there is no such facet, or what is chosen cannot be a value of it.
    """

    def __init__(self, base: str, kind: str, chosen: Mapping[str, Sequence[str]]) -> None:
        self.base = base
        self.kind = kind
        self.table = TABLES[kind]
        #: By facet, in the order of the table, the terms that were chosen, each once, by their canonical text.
        self.chosen: dict[str, dict[str, str]] = {}
        if unknown := sorted(set(chosen) - {facet.name for facet in self.table.facets}):
            there = ", ".join(facet.name for facet in self.table.facets)
            raise UsageError(f"{KINDS[kind].plural} have no facet {echo(unknown[0])}", hint=f"there are {there}")
        for facet in self.table.facets:
            if terms := sorted(term_of(base, facet, text) for text in chosen.get(facet.name, ())):
                self.chosen[facet.name] = dict(terms)

    def total(self, *, all_of_them: bool = False) -> str:
        """Return the query for how many there are: of those that were chosen, or of the kind."""
        where = self._members() if all_of_them else self._where()
        return with_prefixes(f"SELECT (COUNT(DISTINCT ?entity) AS ?count) WHERE {{\n{where}}}")

    def page(self, sort: str, *, descending: bool, limit: int, offset: int) -> str:
        """Return the query for the entities in order; those that have nothing to be sorted by come last."""
        column = self.table.column(sort)
        fold = column is None or column.cells in ("entity", "text")
        if column is None:
            pattern = "?entity rdfs:label ?text"
        elif column.cells == "entity":
            pattern = f"{column.pattern.replace('?value', '?thing')} . ?thing rdfs:label ?text"
        elif fold:
            pattern = column.pattern.replace("?value", "?text")
        else:
            alternatives = [one.replace("?value", "?sorted") for one in (column.pattern, *column.bounds.values())]
            pattern = " UNION ".join(f"{{ {one} }}" for one in alternatives) if column.bounds else alternatives[0]
        if fold:
            pattern += " . BIND(LCASE(STR(?text)) AS ?sorted)"
        most = "MAX" if descending else "MIN"
        key = "COUNT(DISTINCT ?sorted)" if column is not None and column.cells == "count" else f"{most}(?sorted)"
        order = f"DESC(BOUND(?key)) {'DESC(?key)' if descending else '?key'} ?entity"
        return with_prefixes(
            "SELECT ?entity ?label ?key WHERE {\n"
            f"  {{\n    SELECT ?entity ({key} AS ?key) WHERE {{\n{indented(self._where(), 4)}"
            f"      OPTIONAL {{ {pattern} }}\n    }}\n    GROUP BY ?entity\n"
            f"    ORDER BY {order}\n    LIMIT {limit:d} OFFSET {offset:d}\n  }}\n"
            f"  OPTIONAL {{ ?entity rdfs:label ?label }}\n}}\nORDER BY {order}"
        )

    def cells(self, columns: Iterable[Column], iris: Sequence[str], limit: int) -> str:
        """Return the query for what stands in the columns of some entities, at most ``limit`` of it."""
        block = values("entity", iris)
        branches = []
        for column in columns:
            if column.cells == "count":
                counted = f"{block} {column.pattern.replace('?value', '?counted')}"
                names = f'?entity ("{column.name}" AS ?column) (COUNT(DISTINCT ?counted) AS ?value)'
                branches.append(f"SELECT {names} WHERE {{ {counted} }} GROUP BY ?entity")
                continue
            for name, pattern in parts(column).items():
                branches.append(f'{block} {pattern} . BIND("{name}" AS ?column)')
        union = "\n  UNION ".join(f"{{ {branch} }}" for branch in branches)
        return with_prefixes(f"SELECT DISTINCT ?entity ?column ?value ?order WHERE {{\n  {union}\n}} LIMIT {limit:d}")

    def counts(self, facet: Facet, limit: int | None = None, only: Iterable[str] = ()) -> str:
        """Return the query for the values of a facet, each with how many have it, under what other facets chose.

        ``only`` are the terms to count, where not all.
        """
        block = f"  VALUES ?value {{ {' '.join(only)} }}\n" if only else ""
        where = f"{self._where(but=facet.name)}{block}  ?entity {facet.path} ?value .\n"
        order = "DESC(?value)" if facet.newest else "DESC(?count) ?value"
        return with_prefixes(
            f"SELECT ?value (COUNT(DISTINCT ?entity) AS ?count) WHERE {{\n{where}}}\n"
            f"GROUP BY ?value ORDER BY {order}" + ("" if limit is None else f" LIMIT {limit:d}")
        )

    def variety(self, facet: Facet) -> str:
        """Return the query for how many values a facet has, under what other facets chose."""
        where = f"{self._where(but=facet.name)}  ?entity {facet.path} ?value .\n"
        return with_prefixes(f"SELECT (COUNT(DISTINCT ?value) AS ?count) WHERE {{\n{where}}}")

    def any_of(self, column: Column) -> str:
        """Return the query for whether any entity of the kind has something in a column."""
        alternatives = " UNION ".join(f"{{ {pattern} }}" for pattern in parts(column).values())
        return with_prefixes(f"SELECT ?entity WHERE {{\n{self._members()}  {alternatives}\n}} LIMIT 1")

    def _members(self) -> str:
        classes = [compact(one) for one in KINDS[self.kind].classes]
        if len(classes) == 1:
            text = f"  ?entity a {classes[0]} .\n"
        else:
            text = f"  VALUES ?class {{ {' '.join(classes)} }}\n  ?entity a ?class .\n"
        if self.kind in SHARED:
            text += f"  FILTER(STRSTARTS(STR(?entity), {string_literal(f'{self.base}{self.kind}/')}))\n"
        return text

    def _where(self, but: str = "") -> str:
        text = self._members()
        for facet in self.table.facets:
            if facet.name in self.chosen and facet.name != but:
                terms = " ".join(self.chosen[facet.name].values())
                variable = facet.name.replace("-", "_")
                text += f"  VALUES ?{variable} {{ {terms} }}\n  ?entity {facet.path} ?{variable} .\n"
        return text


def parts(column: Column) -> dict[str, str]:
    """Return the patterns of a column by what they give: its name, and those of a quantity beside it."""
    found = {column.name: column.pattern}
    found |= {column.name + bound: pattern for bound, pattern in column.bounds.items()}
    if column.approximate:
        found[f"{column.name}Approximate"] = column.approximate
    if column.incomplete:
        found[f"{column.name}Incomplete"] = column.incomplete
    if column.printed:
        found[f"{column.name}AsPrinted"] = column.printed
    return found


def term_of(base: str, facet: Facet, text: str) -> tuple[str, str]:
    """Return the canonical text of a value that was chosen, and the term of SPARQL.

    Raises:
        UsageError: the text cannot be a value of the facet.
    """
    if facet.type == "boolean" and text in ("true", "false"):
        return text, text
    if facet.type == "integer" and INTEGER.fullmatch(text):
        return str(int(text)), str(int(text))
    if facet.type == "text":
        return text, string_literal(text)
    if facet.type == "entity":
        prefix, colon, rest = text.partition(":")
        known = PREFIXES.get(prefix) if colon else None
        iri = known + rest if known is not None else text if "://" in text else base + text
        if is_iri(iri):
            return compact(iri, base), iri_ref(iri)
    hints = {"boolean": "true or false", "integer": "a whole number", "entity": "an id, as model/llama, or an IRI"}
    raise UsageError(f"{echo(text)} is no value of {facet.name}", hint=f"give {hints[facet.type]}")


def with_prefixes(text: str) -> str:
    """Return a query with the declarations of the prefixes in it, so that it runs anywhere."""
    used = [(prefix, namespace) for prefix, namespace in PREFIXES.items() if f"{prefix}:" in text]
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in used) + text


def indented(text: str, more: int) -> str:
    return "".join(" " * more + line for line in text.splitlines(keepends=True))
