"""The page to ask in SPARQL: a form, the answer below it, and what the editor of the browser knows of the graph.

Part of the site, above ``answers``. Without a script the form is sent here and answered here; with one the editor asks
the endpoint itself. The address of an answer is the query: it can be passed on.

Example: ``/query?query=ASK+%7B+%3Fs+%3Fp+%3Fo+%7D``.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from itgraph.endpoint.problems import Problem, as_problem
from itgraph.errors import ItgraphError
from itgraph.namespaces import ITG, ONTOLOGY, PREFIXES, VOID, compact
from itgraph.query_header import without_header
from itgraph.site.answers import GRAPH_FORMS, SOLUTION_FORMS, Outcome, outcome
from itgraph.site.response import JSON, Page, Request
from itgraph.sparql import iri_ref, labels

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["query_page", "terms"]

#: What stands in the box at first.
EXAMPLE = """\
PREFIX itg: <https://w3id.org/itgraph/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
# Every model built on LLaMA, directly or not. Who says so: GRAPH ?source {{ ?model itg:basedOn ?base }}
SELECT ?model ?label ?generation WHERE {{
  ?model itg:ancestorModel <{base}model/llama> ; rdfs:label ?label ; itg:generation ?generation .
}}
ORDER BY ?generation ?label
"""

#: So many rows of an answer are on a page.
MOST_ROWS = 1_000
#: So many classes, and so many properties, the editor completes: those that are used most.
MOST_TERMS = 2_000
#: Where a file of that name would be wrong; the page says the line behind it.
PLACE = re.compile(r"^(?:query:\d+: |line \d+: )")


def query_page(site: Site, request: Request) -> Page:
    """Return the page with its form, and with the answer where a query is given."""
    text = next((value for key, value in request.fields if key == "query"), "")
    answer: Outcome | None = None
    problem: Problem | None = None
    volatile = False
    if text.strip():
        try:
            found, volatile = site.evaluate(text)
            answer = outcome(site, found, most=MOST_ROWS)
        except Problem as refused:
            problem = refused
        except ItgraphError as error:
            problem = as_problem(error, network=bool(site.services))
    root = site.addresses.root
    page = site.render(
        "query.html",
        title="Ask in SPARQL",
        section="SPARQL",
        text=text or EXAMPLE.format(base=site.base),
        answer=answer,
        problem=problem,
        wrong="" if problem is None else said(problem),
        downloads={} if answer is None else downloads(root, text, answer),
        most=site.limits.max_rows,
        settings=settings(site),
    )
    return replace(page, volatile=volatile, status=200 if problem is None else problem.status)


def said(problem: Problem) -> str:
    """Return what is wrong, with the place in the query where that is known."""
    text = PLACE.sub("", problem.detail, count=1)
    line, column = problem.members.get("line"), problem.members.get("column")
    if not line:
        return text
    return f"{text} (line {line}, column {column})" if column else f"{text} (line {line})"


def downloads(root: str, text: str, answer: Outcome) -> dict[str, str]:
    """Return where the whole answer can be had, by the name of the format."""
    return {name: f"{root}sparql?{urlencode({'query': text, 'format': form})}" for form, name in answer.forms.items()}


def settings(site: Site) -> dict[str, Any]:
    """Return what the script of the page has to know."""
    return {
        "root": site.addresses.root,
        "base": site.base,
        "vocabulary": {"iri": ONTOLOGY, "terms": ITG},
        "prefixes": PREFIXES,
        "solutionForms": SOLUTION_FORMS,
        "graphForms": GRAPH_FORMS,
        "longestAddress": site.limits.max_query_get,
        "examples": [
            {"name": query.name, "summary": query.summary or query.name, "text": without_header(query.text)}
            for query in site.queries.values()
        ],
    }


def terms(site: Site, _: Request) -> Page:
    """Return the classes and the properties of the graph with their labels, those that are used most first."""
    told = {
        "classes": used(site, "classPartition", "class", "entities"),
        "properties": used(site, "propertyPartition", "property", "triples"),
    }
    return Page(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(), JSON)


def used(site: Site, partition: str, kind: str, count: str) -> list[dict[str, str | int]]:
    """Return what the statistics of the release count (https://www.w3.org/TR/void/#class-property-partitions)."""
    rows = site.store.select(
        f"SELECT ?term (MAX(?n) AS ?times) WHERE {{ GRAPH {iri_ref(site.base + 'void')} {{ "
        f"?whole {iri_ref(VOID + partition)} ?part . ?part {iri_ref(VOID + kind)} ?term ; {iri_ref(VOID + count)} ?n "
        f"}} }} GROUP BY ?term ORDER BY DESC(?times) ?term LIMIT {MOST_TERMS}"
    )
    times = {term.value: int(n.value) for term, n in rows if term is not None and n is not None}
    names = labels(site.store, times)
    labelled = {iri: name for iri, name in names.items() if name != compact(iri, site.base)}
    return [{"iri": iri, "label": labelled.get(iri, ""), "count": n} for iri, n in times.items()]
