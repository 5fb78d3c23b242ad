"""From what a person gives for the parameters of a saved query to the text to run.

Serve side, between the saved queries and whatever answers them. A value is looked up or checked against the kind of
its parameter and becomes a term; the term is written by the engine's own writer, so that no value is ever pasted into a
query as text.

Example::

    text = ask(store, load()["built-on"], {"base": "LLaMA"})
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import pyoxigraph as ox

from itgraph.entity import resolve
from itgraph.errors import UsageError, echo
from itgraph.namespaces import SCHEMA, SKOS, XSD
from itgraph.prologue import projected
from itgraph.queries import Query, bind
from itgraph.query_header import CONCEPT_KINDS, ENTITY_KINDS, Parameter, without_header
from itgraph.sparql import Queryable, iri_ref, is_unicode

__all__ = ["ask", "concepts", "term"]

# XSD 1.1 part 2, section 3.4.13; the length is far above any count and below what makes int() slow.
INTEGER = re.compile(r"[+-]?[0-9]{1,100}")
# A year is an integer here, as itg:year is, so that a query can compare it.
YEAR = re.compile(r"[0-9]{4}")
TRUTHS = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}


def ask(
    store: Queryable,
    query: Query,
    params: Mapping[str, str | Sequence[str]],
    *,
    notices: list[str] | None = None,
) -> str:
    """Return the text of a saved query with values in the place of its examples.

    Args:
        store: where names are looked up.
        query: the question.
        params: for each parameter one value, or several, any of which may be met, where the answer says which of
            them a row is about. An entity or a concept is given by
            id, IRI, label, other name or slug; other kinds as text.
        notices: takes what the person should know, such as that an id has been replaced by another.

    Raises:
        UsageError: a parameter is unknown, has no value, or has several that no row would tell apart; or a value is
            not of its kind, names nothing, or names several things (the hint lists them).
    """
    bound: dict[str, list[str]] = {}
    for name, given in params.items():
        parameter = query.parameter(name)
        values = [given] if isinstance(given, str) else list(given)
        bound[name] = [str(term(store, parameter, value, notices)) for value in values]
    for parameter in query.parameters:
        if parameter.name not in bound and parameter.default is not None:
            bound[parameter.name] = [str(term(store, parameter, parameter.default, notices))]
    distinct = {name: list(dict.fromkeys(terms)) for name, terms in bound.items()}
    answered = projected(without_header(query.text))
    for name, terms in distinct.items():
        if len(terms) > 1 and answered is not None and name not in answered:
            hint = "no row would say which it is about: ask once for each"
            raise UsageError(f"{query.name} takes one value for {name!r}", hint=hint)
    return bind(query, distinct)


def term(
    store: Queryable, parameter: Parameter, value: str, notices: list[str] | None = None
) -> ox.NamedNode | ox.Literal:
    """Return the term that a value stands for.

    Raises:
        UsageError: the value is not of the parameter's kind, names nothing, or names several things.
    """
    try:
        if not value.isascii() and not is_unicode(value):
            raise UsageError("the value is not text", hint="give it in UTF-8")
        if parameter.kind in ENTITY_KINDS or parameter.kind in CONCEPT_KINDS:
            found = resolve(store, value, kind=parameter.kind)
            if found.notice and notices is not None:
                notices.append(found.notice)
            return ox.NamedNode(found.iri)
        return LITERALS[parameter.kind](store, value.strip())
    except UsageError as error:
        hint = concepts(store, parameter.kind) if parameter.kind in CONCEPT_KINDS else ""
        raise UsageError(f"parameter {parameter.name}: {error.message}", hint=hint or error.hint) from error


def concepts(store: Queryable, kind: str) -> str:
    """Return the hint with the concepts of a scheme: there are few, and nobody knows them by heart."""
    scheme = store.base + kind
    rows = store.select(f"SELECT DISTINCT ?concept WHERE {{ ?concept {iri_ref(SKOS + 'inScheme')} {iri_ref(scheme)} }}")
    slugs = sorted(concept.value.removeprefix(f"{scheme}/") for (concept,) in rows if concept is not None)
    return f"it is one of {', '.join(slugs)}" if slugs else ""


def integer(_: Queryable, value: str) -> ox.Literal:
    if not INTEGER.fullmatch(value):
        raise UsageError(f"{echo(value)} is not an integer", hint="write it in digits, such as 7000000000")
    return ox.Literal(str(int(value)), datatype=ox.NamedNode(XSD + "integer"))


def year(_: Queryable, value: str) -> ox.Literal:
    if not YEAR.fullmatch(value):
        raise UsageError(f"{echo(value)} is not a year", hint="write four digits, such as 2023")
    return ox.Literal(value.lstrip("0") or "0", datatype=ox.NamedNode(XSD + "integer"))


def boolean(_: Queryable, value: str) -> ox.Literal:
    if value.casefold() not in TRUTHS:
        raise UsageError(f"{echo(value)} is neither true nor false", hint="write true or false")
    return ox.Literal(TRUTHS[value.casefold()], datatype=ox.NamedNode(XSD + "boolean"))


def text(_: Queryable, value: str) -> ox.Literal:
    if not value:
        raise UsageError("the text is empty", hint="give some words")
    return ox.Literal(value)


def language(store: Queryable, value: str) -> ox.Literal:
    """Return the tag as the data has it: in the usual letter case (BCP 47, section 2.1.1)."""
    import langcodes
    from langcodes.tag_parser import LanguageTagError

    try:
        if langcodes.tag_is_valid(value):
            return ox.Literal(langcodes.standardize_tag(value))
    except LanguageTagError:
        pass
    rows = store.select(f"SELECT DISTINCT ?tag WHERE {{ ?work {iri_ref(SCHEMA + 'inLanguage')} ?tag }} ORDER BY ?tag")
    known = ", ".join(tag.value for (tag,) in rows if tag is not None)
    hint = "give the tag of BCP 47" + (f"; the graph has {known}" if known else ", such as en or zh")
    raise UsageError(f"{echo(value)} is not the tag of a language", hint=hint)


LITERALS: Mapping[str, Callable[[Queryable, str], ox.Literal]] = {
    "boolean": boolean,
    "integer": integer,
    "language": language,
    "text": text,
    "year": year,
}
