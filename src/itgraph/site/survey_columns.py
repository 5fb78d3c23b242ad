"""The tables of the survey: what each is called, and how its cells are read back from what a row states.

Part of the site, below ``survey``. Where the graph keeps the printed text, a cell shows it to the letter; where it
keeps only what was read (a base model, a link), the cell shows that.

>>> table_of("models").columns[0].heading, table_of("an-unknown-one").title
('Model name', 'An unknown one')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from itgraph.namespaces import ITG, PROV, SCHEMA
from itgraph.site.facts import source_name
from itgraph.site.sources_said import Said, numbered

if TYPE_CHECKING:
    from itgraph.site.site import Site
    from itgraph.sparql import Term

__all__ = ["TABLES", "Column", "Part", "Row", "Table", "table_of"]


@dataclass(frozen=True)
class Part:
    """A piece of a cell: its text, where it leads, and whether a correction refutes it."""

    text: str
    href: str | None = None
    refuted: bool = False


class Row:
    """What one row states, ready to be shown. ``refuted`` are the statements that corrections take out of it."""

    def __init__(
        self, site: Site, iri: str, said: Said, names: Mapping[str, str], refuted: Set[tuple[str, str, Term]]
    ) -> None:
        self.site = site
        self.iri = iri
        self.said = said
        self.names = names
        self.refuted = refuted
        self.entity = said.text(iri, ITG + "describes")

    def parts(self, subject: str, predicate: str) -> list[Part]:
        """Return the objects of a subject and a predicate, each linked where it is a thing."""
        return [
            Part(self.text(term), self.href(term), (subject, predicate, term) in self.refuted)
            for term in self.said.terms(subject, predicate)
        ]

    def text(self, term: Term) -> str:
        """Return a term as a cell shows it."""
        if term.value in self.names:
            return self.names[term.value]
        return {"true": "Yes", "false": "No"}.get(term.value, term.value)

    def href(self, term: Term) -> str | None:
        """Return where a thing has its page."""
        return self.site.addresses.of(term.value) if str(term).startswith("<") else None

    def nodes(self, predicate: str) -> list[str]:
        """Return the nodes that carry the details of the entity, in the order of their numbers."""
        return sorted(self.said.texts(self.entity, predicate), key=numbered)


Read: TypeAlias = Callable[[Row], list[Part]]


@dataclass(frozen=True)
class Column:
    """A column: its heading, how its cells are read, and whether they keep the printed text."""

    heading: str
    read: Read
    printed: bool = True


@dataclass(frozen=True)
class Table:
    """A table: what it lists, and its columns in their order."""

    title: str
    columns: tuple[Column, ...]


def name(row: Row) -> list[Part]:
    return [
        Part(text, row.site.addresses.of(row.entity) if row.entity else None)
        for text in row.said.texts(row.iri, ITG + "nameAsPrinted")
    ]


def project(row: Row) -> list[Part]:
    links = [part for by in ("codeRepository", "url") for part in row.parts(row.entity, SCHEMA + by)]
    return [Part(urlsplit(part.text).netloc.removeprefix("www."), part.href, part.refuted) for part in links]


def printed(predicate: str) -> Read:
    """Read what is printed of the entity, or of each of its parts."""

    def read(row: Row) -> list[Part]:
        lines = [node for node in row.nodes(SCHEMA + "hasPart") if "#" in node.removeprefix(row.site.base)]
        return [part for subject in lines or [row.entity] for part in row.parts(subject, predicate)]

    return read


def base(row: Row) -> list[Part]:
    sized = [part for node in row.nodes(PROV + "qualifiedDerivation") for part in row.parts(node, PROV + "entity")]
    known = {part.href for part in sized}
    return sized + [part for part in row.parts(row.entity, ITG + "basedOn") if part.href not in known]


def base_size(row: Row) -> list[Part]:
    nodes = row.nodes(PROV + "qualifiedDerivation")
    return [part for node in nodes for part in row.parts(node, ITG + "parameterCountAsPrinted")]


def of_training_set(predicate: str) -> Read:
    def read(row: Row) -> list[Part]:
        return [part for node in row.nodes(ITG + "trainingSet") for part in row.parts(node, predicate)]

    return read


def training_data(row: Row) -> list[Part]:
    """Read the name that is printed of a training set, which may be that of a data set."""
    return [
        Part(text, row.site.addresses.of(dataset) if (dataset := row.said.text(node, ITG + "dataset")) else None)
        for node in row.nodes(ITG + "trainingSet")
        for text in row.said.texts(node, ITG + "nameAsPrinted")
    ]


def of_entity(predicate: str) -> Read:
    return lambda row: row.parts(row.entity, predicate)


PAPER = Column("Paper", of_entity(SCHEMA + "subjectOf"), printed=False)
PROJECT = Column("Project", project, printed=False)
SIZE = Column("# Params", of_entity(ITG + "parameterCountAsPrinted"))
BASE_MODEL = Column("Base model", base, printed=False)
SELF_BUILT = Column("Self-build", of_training_set(ITG + "selfBuilt"), printed=False)
TRAIN_SIZE = Column("Train size", of_training_set(ITG + "sizeAsPrinted"))
MODALITY = Column("Modality", printed(ITG + "modalityAsPrinted"))


def named(heading: str) -> Column:
    return Column(heading, name)


#: In the order of the survey.
TABLES: Mapping[str, Table] = {
    "datasets": Table(
        "Instruction-tuning data sets",
        (
            named("Dataset name"),
            PAPER,
            PROJECT,
            Column("# of instructions", printed(ITG + "sizeAsPrinted")),
            Column("# of lang", of_entity(ITG + "languageAsPrinted")),
            Column("Construction", of_entity(ITG + "constructionAsPrinted")),
            Column("Open source", of_entity(ITG + "openSource"), printed=False),
        ),
    ),
    "models": Table(
        "Models tuned on instructions",
        (
            named("Model name"),
            SIZE,
            PAPER,
            PROJECT,
            BASE_MODEL,
            SELF_BUILT,
            Column("Train set name", training_data),
            TRAIN_SIZE,
        ),
    ),
    "multimodal-datasets": Table(
        "Multimodal data sets",
        (
            named("Dataset name"),
            PAPER,
            PROJECT,
            MODALITY,
            Column("# Instance", printed(ITG + "sizeAsPrinted")),
            Column("# Tasks", printed(ITG + "taskCountAsPrinted")),
        ),
    ),
    "multimodal-models": Table(
        "Multimodal models",
        (
            named("Model name"),
            SIZE,
            PAPER,
            PROJECT,
            MODALITY,
            BASE_MODEL,
            Column("Its # params", base_size),
            SELF_BUILT,
            TRAIN_SIZE,
        ),
    ),
    "domain-models": Table(
        "Models for one domain", (named("Model name"), SIZE, PAPER, PROJECT, BASE_MODEL, TRAIN_SIZE)
    ),
    "techniques": Table("Techniques of efficient tuning", (named("Name"), PAPER, PROJECT)),
    "closed-evaluations": Table("Close-ended evaluations", (named("Close-ended evaluations"), PAPER, PROJECT)),
    "gpt-evaluations": Table("GPT-based evaluations", (named("GPT-based evaluations"), PAPER, PROJECT)),
}


def table_of(identifier: str) -> Table:
    """Return a table by its name in ids; one that is not known has the columns that all have."""
    title = source_name(identifier).replace("-", " ").capitalize()
    return TABLES.get(identifier) or Table(title, (named("Name"), PAPER, PROJECT))
