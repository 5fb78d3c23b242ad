"""The tables of the browse pages: for each kind its columns and its facets, each as a pattern over the default graph.

Part of the site, below ``selection``, which makes queries of them. A facet is a path from the entity to its values, and
the field of the address that chooses among them. A new one is a line here; one that the release has no value for is
not shown.

>>> TABLES["model"].facet("ancestor").path, [column.name for column in TABLES["person"].columns]
('itg:ancestorModel', ['works', 'titles'])
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from itgraph.namespaces import SCHEMA

__all__ = ["NAME", "TABLES", "Column", "Facet", "Table"]

#: What the values of a facet are: things of the graph or terms of a vocabulary, or literals.
Type: TypeAlias = Literal["entity", "integer", "boolean", "text"]
#: What a cell holds: things, a number as it is, how much there is of something, how many things, yes or no, text.
Cells: TypeAlias = Literal["entity", "number", "quantity", "count", "boolean", "text"]

#: The column that every table begins with.
NAME = "label"


@dataclass(frozen=True)
class Facet:
    """What one can choose by. ``path`` leads from an entity to its values, ``words`` say those that are named nowhere.

    ``newest`` has the greatest values first, as of years; else the most frequent ones are.
    An ``open`` one shows its values from the start.
    """

    name: str
    title: str
    path: str
    type: Type = "entity"
    words: Mapping[str, str] = field(default_factory=dict)
    newest: bool = False
    open: bool = False


@dataclass(frozen=True)
class Column:
    """What a table shows of each entity.

    ``pattern`` binds ``?value`` to it, from ``?entity``, and ``?order`` where the values have one. For a quantity
    ``bounds`` (``Min``, ``Max``) are the patterns of a range that stands in place of a number, ``approximate`` that of
    a number that is about so, ``printed`` that of what a source prints; it is shown in units of ``scale``. A count
    leads to what it counts by ``link``, the address of a table with ``{}`` for the id. Of a long list the page shows
    as many as ``most``, with ``lines`` each on its own; ``incomplete`` is the pattern of a list that a source cuts off.
    """

    name: str
    title: str
    pattern: str
    cells: Cells = "entity"
    bounds: Mapping[str, str] = field(default_factory=dict)
    approximate: str = ""
    printed: str = ""
    incomplete: str = ""
    scale: int = 1
    link: str = ""
    most: int = 5
    lines: bool = False
    sortable: bool = True


@dataclass(frozen=True)
class Table:
    """The table of a kind. ``sort`` is its order where none is asked for, a minus before it for the greatest first."""

    columns: tuple[Column, ...]
    facets: tuple[Facet, ...]
    sort: str = NAME

    def facet(self, name: str) -> Facet | None:
        """Return the facet of a name."""
        return next((facet for facet in self.facets if facet.name == name), None)

    def column(self, name: str) -> Column | None:
        """Return the column of a name; that of the entity's own name is none."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def sorts(self) -> tuple[str, ...]:
        """The columns that can be sorted by."""
        return (NAME, *(column.name for column in self.columns if column.sortable))


def by(
    name: str,
    title: str,
    path: str,
    cells: Cells = "entity",
    *,
    link: str = "",
    most: int = 5,
    lines: bool = False,
    sortable: bool = True,
) -> Column:
    """Return a column of the values at the end of a path."""
    pattern = f"?entity {path} ?value"
    return Column(name, title, pattern, cells, link=link, most=most, lines=lines, sortable=sortable)


def quantity(name: str, title: str, counted: str, printed: str, scale: int = 1) -> Column:
    """Return the column of a number that sources give exactly, as a range, or only in print."""
    bounds = {bound: f"?entity {counted}{bound} ?value" for bound in ("Min", "Max")}
    return Column(
        name,
        title,
        f"?entity {counted} ?value",
        "quantity",
        bounds,
        approximate=f"?entity itg:approximate {counted} . BIND(true AS ?value)",
        printed=f"?entity {printed} ?value",
        scale=scale,
    )


OPEN = Facet("open", "Open, as the survey says", "itg:openSource", "boolean", {"true": "yes", "false": "no"})
YEAR = Facet("year", "Year", "schema:subjectOf/itg:year", "integer", newest=True, open=True)
#: The tables of the survey whose ids are no words.
PRINTED_TABLES = {"gpt-evaluations": "GPT evaluations"}
TABLE = Facet("table", "Table of the survey", "^itg:describes/itg:table", "text", PRINTED_TABLES)
SECTION = Facet("section", "Section of its table", "^itg:describes/itg:section")
MODALITY = Facet("modality", "Modality", "itg:modality", open=True)
LICENCE = Facet("licence", "Licence", "schema:license")

OPEN_COLUMN = by("open", "Open", "itg:openSource", "boolean")
YEAR_COLUMN = by("year", "Year", "schema:subjectOf/itg:year", "number")
PAPER_COLUMN = by("paper", "Presented in", "schema:subjectOf")
LICENCE_COLUMN = by("licence", "Licence", "schema:license")
TITLES = by("titles", "Titles", "^schema:author", most=3, lines=True, sortable=False)
AUTHORS = "?entity itg:authorship ?place"
#: The kinds of work among the papers.
WORKS = {
    SCHEMA + "ScholarlyArticle": "paper",
    SCHEMA + "BlogPosting": "blog post",
    SCHEMA + "SoftwareSourceCode": "software",
    SCHEMA + "CreativeWork": "other work",
}

TABLES: Mapping[str, Table] = {
    "model": Table(
        (
            by("base", "Built on", "itg:basedOn"),
            quantity("size", "Size, in billions", "itg:parameterCount", "itg:parameterCountAsPrinted", scale=10**9),
            by("data", "Trained on", "fair4ml:trainedOn"),
            OPEN_COLUMN,
            by("descendants", "Descendants", "^itg:ancestorModel", "count", link="model?ancestor={}"),
            YEAR_COLUMN,
        ),
        (
            Facet("base", "Built on", "itg:basedOn", open=True),
            Facet("ancestor", "Descends from", "itg:ancestorModel"),
            MODALITY,
            Facet("domain", "Made for", "itg:domain"),
            OPEN,
            YEAR,
            TABLE,
            SECTION,
            Facet("data", "Trained on", "fair4ml:trainedOn"),
            Facet("technique", "Tuned with", "itg:usesTechnique"),
            LICENCE,
        ),
    ),
    "dataset": Table(
        (
            quantity("size", "Size, in instances", "itg:instanceCount", "itg:sizeAsPrinted"),
            by("construction", "Made how", "itg:construction"),
            by("language", "Language", "schema:inLanguage", "text"),
            by("writer", "Written by", "itg:generatedWith"),
            OPEN_COLUMN,
            by("models", "Models trained on it", "^fair4ml:trainedOn", "count", link="model?data={}"),
            YEAR_COLUMN,
        ),
        (
            Facet("construction", "Made how", "itg:construction", open=True),
            Facet("writer", "Written by", "itg:generatedWith", open=True),
            Facet("language", "Language", "schema:inLanguage", "text"),
            Facet("subject", "Subject", "itg:subject"),
            OPEN,
            YEAR,
            SECTION,
            TABLE,
            MODALITY,
            LICENCE,
        ),
    ),
    "paper": Table(
        (
            Column(
                "authors",
                "Authors",
                f"{AUTHORS} . ?place itg:author ?value ; schema:position ?order",
                incomplete=f"{AUTHORS} . ?list itg:authorship ?place ; itg:authorListComplete ?whole . "
                "FILTER(!?whole) BIND(true AS ?value)",
                most=3,
                sortable=False,
            ),
            by("presents", "Presents", "^schema:subjectOf", "count"),
            by("rows", "Rows that cite it", "^itg:identifies/^itg:cites", "count"),
            by("year", "Year", "itg:year", "number"),
        ),
        (
            Facet("year", "Year", "itg:year", "integer", newest=True, open=True),
            Facet("type", "Kind of work", "a", words=WORKS, open=True),
            Facet("table", "Cited in the table", "^itg:identifies/^itg:cites/itg:table", "text", PRINTED_TABLES),
            Facet("section", "Cited in the section", "^itg:identifies/^itg:cites/itg:section"),
            Facet("author", "Author", "schema:author"),
        ),
        sort="-year",
    ),
    "person": Table(
        (
            by("works", "Works", "^schema:author", "count", link="paper?author={}"),
            TITLES,
        ),
        (
            Facet("year", "Year of a work", "^schema:author/itg:year", "integer", newest=True, open=True),
            Facet("presented", "Presented", "^schema:author/^schema:subjectOf", open=True),
            Facet("work", "Author of", "^schema:author"),
        ),
        sort="-works",
    ),
    "organization": Table(
        (
            by("made", "Made", "^schema:creator"),
            by("works", "Works", "^schema:author", "count", link="paper?author={}"),
            TITLES,
        ),
        (
            Facet("made", "Made", "^schema:creator"),
            Facet("year", "Year of a work", "^schema:author/itg:year", "integer", newest=True, open=True),
            Facet("presented", "Presented", "^schema:author/^schema:subjectOf"),
        ),
    ),
    "benchmark": Table(
        (
            by("evaluation-style", "Evaluated by", "itg:evaluationStyle"),
            PAPER_COLUMN,
            LICENCE_COLUMN,
            YEAR_COLUMN,
        ),
        (Facet("evaluation-style", "Evaluated by", "itg:evaluationStyle", open=True), YEAR, SECTION, TABLE, LICENCE),
    ),
    "technique": Table(
        (
            PAPER_COLUMN,
            by("models", "Models tuned with it", "^itg:usesTechnique", "count", link="model?technique={}"),
            YEAR_COLUMN,
        ),
        (YEAR, SECTION, TABLE),
    ),
}
