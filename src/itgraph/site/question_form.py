"""The form of a saved question: a field for each parameter, with what was given, what may be given, and what is wrong.

Part of the site, below ``questions``. The names of the fields are those of the parameters, and the values are what the
command line takes too, so that the address of a page is a question.

Example: ``?base=LLaMA`` of ``/questions/built-on?base=LLaMA``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.asking import term
from itgraph.errors import UsageError
from itgraph.namespaces import SKOS, compact
from itgraph.query_header import CONCEPT_KINDS, ENTITY_KINDS, Parameter
from itgraph.site.response import Request
from itgraph.sparql import iri_ref, labels

if TYPE_CHECKING:
    from itgraph.queries import Query
    from itgraph.site.site import Site

__all__ = ["Field", "Option", "fields_of"]

#: So many concepts of a scheme are offered; others can be named in the address.
MOST_CONCEPTS = 500


@dataclass(frozen=True)
class Option:
    """What can be chosen: the value that is sent, and how it reads."""

    value: str
    text: str


TRUTHS = (Option("true", "yes"), Option("false", "no"))


@dataclass(frozen=True)
class Field:
    """A parameter as a part of the form.

    Attributes:
        parameter: what is asked for.
        control: ``entity`` (text with suggestions), ``choice``, ``number`` or ``text``.
        values: what was given, or stands there to begin with.
        options: what there is to choose from.
        error: what is wrong with a value, and what to do.
    """

    parameter: Parameter
    control: str
    values: tuple[str, ...]
    options: tuple[Option, ...] = ()
    error: str = ""


def fields_of(site: Site, query: Query, request: Request) -> list[Field]:
    """Return the fields of a question; without a query string they hold its defaults and examples."""
    return [field_of(site, parameter, request) for parameter in query.parameters]


def field_of(site: Site, parameter: Parameter, request: Request) -> Field:
    given = request.values(parameter.name)
    if not given and parameter.default is not None:
        given = [parameter.default]
    error = ""
    if not given and not request.query_string:
        given = [parameter.example]
    elif not given:
        error = f"{parameter.name} has no value — give one, for example {parameter.example}"
    try:
        for one in given:
            term(site.store, parameter, one)
    except UsageError as wrong:
        error = str(wrong)
    options = options_of(site, parameter)
    control = "choice" if options else CONTROLS.get(parameter.kind, "text")
    return Field(parameter, control, tuple(as_offered(one, options) for one in given), options, error)


CONTROLS = dict.fromkeys(ENTITY_KINDS, "entity") | {"integer": "number", "year": "number"}


def options_of(site: Site, parameter: Parameter) -> tuple[Option, ...]:
    """Return what a parameter can be, where that is a few things."""
    if parameter.kind == "boolean":
        return TRUTHS
    if parameter.kind not in CONCEPT_KINDS:
        return ()
    scheme = iri_ref(site.base + parameter.kind)
    text = f"SELECT DISTINCT ?concept WHERE {{ ?concept {iri_ref(SKOS + 'inScheme')} {scheme} }} LIMIT {MOST_CONCEPTS}"
    names = labels(site.store, [concept.value for (concept,) in site.store.select(text) if concept is not None])
    options = [Option(compact(iri, site.base), name) for iri, name in names.items()]
    return tuple(sorted(options, key=lambda one: one.text.casefold()))


def as_offered(given: str, options: Sequence[Option]) -> str:
    """Return the option that is meant by its label or its slug, or the value as it was given."""
    for one in options:
        if given.casefold() in (one.value, one.text.casefold(), one.value.rpartition("/")[2]):
            return one.value
    return given
