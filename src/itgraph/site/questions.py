"""The saved queries as pages: what can be asked with one click, and each question with its form and its answer.

Part of the site, above ``question_form`` and ``answers``.

Example: ``/questions/built-on?base=LLaMA``.
"""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from itgraph.asking import ask
from itgraph.endpoint.problems import Problem
from itgraph.errors import UsageError, echo
from itgraph.queries import Query, asked_about
from itgraph.query_header import without_header
from itgraph.results import label_names
from itgraph.site.answers import Outcome, outcome
from itgraph.site.question_form import Field, fields_of
from itgraph.site.response import Page, Request

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["question", "questions"]

#: So many rows of an answer are on a page.
MOST_ROWS = 200
#: Where a question stands: under the first of these words that it has among its keywords.
HEADINGS = {
    "check": "What to doubt",
    "licence": "Licences and openness",
    "openness": "Licences and openness",
    "authors": "Papers and authors",
    "papers": "Papers and authors",
    "data": "Data sets and training",
    "training": "Data sets and training",
    "lineage": "Models and their bases",
    "weights": "Models and their bases",
    "provenance": "Who says it",
}
OTHERS = "Other questions"
#: In this order.
ORDER = (
    "Models and their bases",
    "Data sets and training",
    "Papers and authors",
    "Licences and openness",
    "Who says it",
    "What to doubt",
    OTHERS,
)


@dataclass(frozen=True)
class Ways:
    """The other ways to the same answer: its SPARQL, its addresses, the command."""

    sparql: str
    editor: str
    rest: str
    downloads: Mapping[str, str]
    command: str


def questions(site: Site, _: Request) -> Page:
    """Return the page of all questions."""
    groups: dict[str, list[Query]] = {heading: [] for heading in ORDER}
    for query in site.queries.values():
        heading = next((HEADINGS[word] for word in HEADINGS if word in query.keywords), OTHERS)
        groups[heading].append(query)
    shown = {heading: queries for heading, queries in groups.items() if queries}
    return site.render("questions.html", title="Questions", section="Questions", groups=shown, count=len(site.queries))


def question(site: Site, request: Request, name: str) -> Page:
    """Return the page of a question: its form, and the answer where all values can be asked by.

    Raises:
        Problem: 404, no saved query has that name.
    """
    query = site.queries.get(name)
    if query is None:
        near = difflib.get_close_matches(name, site.queries, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "the page of all questions lists them"
        raise Problem(404, "not-found", f"no question is called {echo(name)}", hint=hint)
    fields = fields_of(site, query, request)
    notices: list[str] = []
    text, error = "", ""
    if not any(field.error for field in fields):
        try:
            text = ask(site.store, query, values_of(request, fields), notices=notices)
        except UsageError as wrong:
            error = str(wrong)
    answer = None
    if text:
        names_of = partial(label_names, site.store, asked_about=asked_about(query, text))
        found = site.store.query(text)
        answer = outcome(site, found, most=MOST_ROWS, count_to=site.limits.max_rows, names_of=names_of)
    page = site.render(
        "question.html",
        title=query.summary or query.name,
        section="Questions",
        query=query,
        fields=fields,
        error=error,
        notices=notices,
        answer=answer,
        ways=None if answer is None else ways_of(site, query, fields, text, answer),
    )
    return page if answer is not None else replace(page, status=400)


def values_of(request: Request, fields: Sequence[Field]) -> dict[str, Sequence[str]]:
    """Return the values to ask by: those of the form, and whatever else was given, which is then an error."""
    strangers = {key: request.values(key) for key, _ in request.fields}
    return {**strangers, **{field.parameter.name: field.asked for field in fields}}


def ways_of(site: Site, query: Query, fields: Sequence[Field], text: str, answer: Outcome) -> Ways:
    root = site.addresses.root
    pairs = [(field.parameter.name, value) for field in fields for value in field.values]
    address = f"{root}api/queries/{query.name}"
    words = ["itgraph", "query", query.name]
    for name, value in pairs:
        words += ["--param", f"{name}={value}"]
    sparql = without_header(text)
    if answer.kind == "graph":
        # REST has rows; a graph is taken away as one from the endpoint.
        taken = {form: f"{root}sparql?{urlencode({'query': sparql, 'format': form})}" for form in ("ttl", "jsonld")}
    else:
        taken = {form: f"{address}?{urlencode([*pairs, ('format', form)])}" for form in ("csv", "json")}
    return Ways(
        sparql,
        f"{root}query?{urlencode({'query': sparql})}",
        f"{address}?{urlencode(pairs)}" if pairs else address,
        {answer.forms[form]: href for form, href in taken.items()},
        shlex.join(words),
    )
