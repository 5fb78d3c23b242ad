"""A model as a new Wikidata item: only a large language model, and only what the graph is certain of.

Serve side, below ``batch``. That a model is a large language model is what the survey says by the table that it has
the model in, where no modality but text is stated. A base, and a maker, are named where they have an item: the family's
will do for a base, which is what Wikidata itself states of such models.

Example: ``model_item(facts, iri, left_out)`` for Alpaca has ``P144`` with the item of LLaMA.
"""

from __future__ import annotations

from itgraph.links.contribution.facts import CLOSE, EXACT, Facts, references
from itgraph.links.contribution.left_out import LeftOut, Unfit
from itgraph.links.contribution.quickstatements import Item, Statement, string, year
from itgraph.namespaces import ITG, SCHEMA

__all__ = ["LARGE_LANGUAGE_MODEL", "model_item"]

#: The class of large language models, which public files state together with its label.
LARGE_LANGUAGE_MODEL = "Q115305900"
#: The tables of the survey whose rows describe tuned large language models.
TABLES = frozenset({"models", "domain-models"})
TEXT = "modality/text"


def model_item(facts: Facts, iri: str, left_out: LeftOut) -> Item:
    """Return the item for a model; what it could not state is counted.

    Raises:
        Unfit: it is no large language model for certain, or nothing but the survey states it.
        CannotBeWritten: its label or an address cannot be written.
    """
    identifier = facts.id(iri)
    label = facts.label(iri)
    modalities = {facts.id(value) for value in facts.of(iri, ITG + "modality")}
    if label is None or "true" in facts.of(iri, ITG + "placeholder"):
        raise Unfit("models that stand for something not identified")
    if not facts.tables.get(iri, set()) & TABLES or not modalities <= {TEXT}:
        raise Unfit("models of which nothing says that they are large language models, the one verified class")
    works = facts.of(iri, SCHEMA + "subjectOf")
    repositories = facts.of(iri, SCHEMA + "codeRepository")
    addresses = [address for work in works if (address := facts.address(work)) is not None]
    if not addresses and not repositories:
        raise Unfit("models that neither a paper nor a repository states")
    statements = [Statement("P31", LARGE_LANGUAGE_MODEL)]
    bases = facts.of(iri, ITG + "basedOn")
    for base in bases:
        if (item := facts.item(base, EXACT) or facts.item(base, CLOSE)) is not None:
            statements.append(Statement("P144", item))
        else:
            left_out.add("statements of a base (P144) that has no known item", f"{identifier} → {facts.id(base)}")
    for maker in facts.of(iri, SCHEMA + "creator"):
        if (item := facts.item(maker, EXACT)) is not None:
            statements.append(Statement("P178", item))
        else:
            left_out.add("statements of a developer (P178) that has no known item", f"{identifier} → {facts.id(maker)}")
    if (published := year_of(facts, works)) is not None:
        statements.append(Statement("P577", year(published)))
    else:
        left_out.add("years (P577) that are not stated, or differ from that of the arXiv id", identifier)
    statements += [Statement("P1324", string(repository)) for repository in repositories]
    names = [name for base in bases if (name := facts.label(base)) is not None]
    description = "instruction-tuned large language model" + (f" based on {' and '.join(names)}" if names else "")
    return Item(
        iri,
        label,
        description,
        tuple(dict.fromkeys(statements)),
        references([*addresses, *repositories][0]),
    )


def year_of(facts: Facts, works: tuple[str, ...]) -> int | None:
    """Return the year in which the works that present a model came out, where they and their arXiv ids agree."""
    years = {int(value) for work in works for value in facts.of(work, ITG + "year")}
    for work in works:
        years |= {2000 + int(number[:2]) for number in facts.of(work, ITG + "arxivId") if number[:4].isdecimal()}
    return years.pop() if len(years) == 1 else None
