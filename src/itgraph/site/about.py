"""What itgraph is, what it does not know, and what can be had of it: the page about the service, and the downloads.

Part of the site. The numbers are asked of the graph, the limits are those that the endpoint enforces.

Example: ``/about.html``, ``/downloads``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.dataset import CODE_LICENCE, DATA_LICENCE, DESCRIPTION, TITLE
from itgraph.export.formats import FORMATS
from itgraph.namespaces import FAIR4ML, ITG, RDF, SCHEMA
from itgraph.site.counting import count_of, told
from itgraph.site.facts import source_name
from itgraph.site.link_rows import count_of_rows
from itgraph.site.mapping_set import mapping_sets
from itgraph.site.response import Page, Request
from itgraph.site.things import FORMS
from itgraph.sparql import iri_ref, string_literal
from itgraph.sssom.model import STATES
from itgraph.stats import links

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["about", "downloads"]


@dataclass(frozen=True)
class Gap:
    """Something that the graph does not know: how often, and a query that lists it."""

    count: str
    what: str
    query: str


@dataclass(frozen=True)
class Table:
    """A link table: its id, its name, and how many entities it has in each of ``STATES``, none where it tells none."""

    identifier: str
    name: str
    rows: int
    counts: tuple[int, ...]


#: How a source came to be (``itg:method``).
METHODS = ("stated", "curated", "inferred", "derived")
TYPE = iri_ref(RDF + "type")


def itg(name: str) -> str:
    return iri_ref(ITG + name)


MODEL, DATASET = iri_ref(FAIR4ML + "MLModel"), iri_ref(SCHEMA + "Dataset")


def without(class_: str, predicate: str) -> str:
    """Return the pattern of what is of a class, or of one of several, and of which a property is not stated."""
    return f"VALUES ?class {{ {class_} }} ?n {TYPE} ?class FILTER NOT EXISTS {{ ?n {predicate} ?value }}"


#: What is not known, each as a pattern of ``?n``.
GAPS = (
    ("Models of which no base is stated: they are one, or nobody says", without(MODEL, itg("basedOn"))),
    ("Models of which no training data is stated by name", without(MODEL, iri_ref(FAIR4ML + "trainedOn"))),
    ("Entries that stand for what is closed or not identified", f"?n {itg('placeholder')} true"),
    ("Data sets of which it is not stated how they were made", without(DATASET, itg("construction"))),
    ("Models and data sets without a stated licence", without(f"{MODEL} {DATASET}", iri_ref(SCHEMA + "license"))),
    ("Works of which the list of authors is not complete", f"?n {itg('authorListComplete')} false"),
    ("People whose identity no reference confirms", without(iri_ref(SCHEMA + "Person"), itg("confirmedIn"))),
    ("Anomalies of the survey that are left, each with a reason", without(itg("Anomaly"), f"^{itg('settles')}")),
)


def about(site: Site, _: Request, identifier: str) -> Page:
    """Return the page about the service."""
    gaps = [
        Gap(told(count), what, f"SELECT DISTINCT ?n WHERE {{ {pattern} }} ORDER BY ?n")
        for what, pattern in GAPS
        if (count := count_of(site, pattern))
    ]
    return site.render(
        "about.html",
        title="About itgraph",
        section="About",
        identifier=identifier,
        description=DESCRIPTION,
        methods={name: told(count_of(site, f"?n {itg('method')} {string_literal(name)}")) for name in METHODS},
        gaps=gaps,
        tables=link_tables(site),
        promises=list(site.limits.promises()),
        most=site.limits.max_rows,
        data_licence=DATA_LICENCE,
        code_licence=CODE_LICENCE,
        citation=citation(site),
    )


def link_tables(site: Site) -> list[Table]:
    """Return the link tables of the release, with the counts of ``itgraph stats``."""
    counts = links(site.store, site.manifest.get("entities", {}))
    return [
        Table(
            table,
            source_name(table),
            count_of_rows(site, table),
            tuple(sum(row[state] for row in kinds.values()) for state in STATES)
            if (kinds := counts.get(table.rpartition("/")[2]))
            else (),
        )
        for table in mapping_sets(site)
    ]


def citation(site: Site) -> str:
    """Return how the release is cited, as an entry of BibTeX. A release states no date, so there is none."""
    version = site.manifest.get("version", "")
    return "\n".join(
        [
            "@misc{itgraph,",
            "  author  = {{The itgraph contributors}},",
            f"  title   = {{{TITLE}}},",
            f"  version = {{{version}}},",
            f"  url     = {{{site.base}}},",
            f"  note    = {{Release {site.manifest['sha256'][:12]}}},",
            "}",
        ]
    )


def downloads(site: Site, _: Request) -> Page:
    """Return the page of the downloads."""
    return site.render(
        "downloads.html",
        title="Downloads",
        file=site.manifest["file"],
        data_licence=DATA_LICENCE,
        exports=[(name, ", ".join(form.suffixes)) for name, form in FORMATS.items()],
        forms=[(form, type_.partition(";")[0]) for form, type_ in FORMS.items()],
    )
