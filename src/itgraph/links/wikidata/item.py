"""An item of Wikidata and a hit of its search, out of the JSON of its API.

Serve side, below the client. The format: https://www.mediawiki.org/wiki/Wikibase/DataModel/JSON

>>> snak = {"snaktype": "value", "datavalue": {"type": "string", "value": "2302.13971"}}
>>> entity = {"id": "Q2", "labels": {}, "claims": {"P818": [{"mainsnak": snak, "rank": "normal"}]}}
>>> item_of("Q1", entity).claims, item_of("Q1", entity).redirected
({'P818': ('2302.13971',)}, True)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from itgraph.errors import echo
from itgraph.unseen import visible

__all__ = ["ITEM_ID", "LANGUAGES", "Hit", "Item", "Statement", "hit_of", "item_of"]

#: The id of an item; properties and lexemes have other letters.
ITEM_ID = re.compile(r"Q[1-9][0-9]{0,19}")

#: Labels are taken in the first of these that there is: "mul" is the default for all languages, and often the only one
#: of a name (https://www.wikidata.org/wiki/Help:Default_values_for_labels_and_aliases).
LANGUAGES = ("en", "mul")
#: Wikibase takes labels of 250 signs (``string-limits``). What is longer than this is none, and is cut.
LONGEST = 1000
#: Where the values of the structured types have their text.
TEXTS = ("id", "time", "text", "amount")


@dataclass(frozen=True)
class Statement:
    """One statement of an item: its value as text, and the values of its qualifiers by property."""

    value: str
    rank: str = "normal"
    qualifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """An item: ``id`` is the one it has now, ``asked`` the one that was asked for.

    Its texts are what can be seen of them, in one line: anybody may have written them.
    Label and description are "" where it has none in one of LANGUAGES. ``statements`` are by property, those of
    preferred rank first, without deprecated ones and those without a value.
    """

    id: str
    asked: str
    label: str = ""
    description: str = ""
    aliases: tuple[str, ...] = ()
    statements: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)

    @property
    def redirected(self) -> bool:
        """Whether it was merged into another item."""
        return self.id != self.asked

    @cached_property
    def claims(self) -> dict[str, tuple[str, ...]]:
        """The values alone: ids of items, strings, times as the API writes them (``+2023-02-24T00:00:00Z``)."""
        return {name: tuple(statement.value for statement in some) for name, some in self.statements.items()}


@dataclass(frozen=True)
class Hit:
    """What a search found: ``matched`` is the text that fits, ``match_type`` is "label", "alias" or "entityId"."""

    id: str
    label: str = ""
    description: str = ""
    matched: str = ""
    match_type: str = ""


def item_of(asked: str, entity: Mapping[str, Any]) -> Item | None:
    """Return the item, or None where it is missing: deleted, or never made.

    Raises:
        ValueError: it is none, or not in the format.
    """
    try:
        if "missing" in entity:
            return None
        statements = {}
        for name, claims in mapping(entity["claims"]).items():
            kept = [statement for claim in claims if (statement := statement_of(claim)) is not None]
            if kept:
                statements[name] = tuple(sorted(kept, key=lambda statement: statement.rank != "preferred"))
        aliases = mapping(entity.get("aliases", {}))
        return Item(
            id=item_id(entity["id"]),
            asked=asked,
            label=in_language(entity.get("labels", {})),
            description=in_language(entity.get("descriptions", {})),
            aliases=tuple(dict.fromkeys(short(one["value"]) for code in LANGUAGES for one in aliases.get(code, ()))),
            statements=statements,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{asked} is no item: {error!r}") from error


def statement_of(claim: Mapping[str, Any]) -> Statement | None:
    """Return a statement, or None where it is deprecated or has no value."""
    value = value_of(claim["mainsnak"])
    if value is None or claim["rank"] == "deprecated":
        return None
    qualifiers = {
        name: values
        for name, snaks in mapping(claim.get("qualifiers", {})).items()
        if (values := tuple(one for snak in snaks if (one := value_of(snak)) is not None))
    }
    return Statement(value, text(claim["rank"]), qualifiers)


def value_of(snak: Mapping[str, Any]) -> str | None:
    """Return the value as text, or None where it is unknown or there is none."""
    if snak["snaktype"] != "value":
        return None
    value = snak["datavalue"]["value"]
    if isinstance(value, str):
        return text(value)
    name = next((name for name in TEXTS if name in value), None)
    return json.dumps(value, sort_keys=True) if name is None else text(value[name])


def hit_of(found: Mapping[str, Any]) -> Hit:
    """Return a hit.

    Raises:
        ValueError: it is none.
    """
    try:
        match = found.get("match", {})
        return Hit(
            id=item_id(found["id"]),
            label=short(found.get("label", "")),
            description=short(found.get("description", "")),
            matched=short(match.get("text", "")),
            match_type=text(match.get("type", "")),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no hit of a search: {error!r}") from error


def mapping(value: Mapping[str, Any] | Sequence[Any]) -> Mapping[str, Any]:
    """Return an object, of which PHP writes an empty one as a list."""
    if isinstance(value, Mapping):
        return value
    if value == []:
        return {}
    raise TypeError("not an object")


def in_language(texts: Mapping[str, Any] | Sequence[Any]) -> str:
    given = mapping(texts)
    return next((short(given[code]["value"]) for code in LANGUAGES if code in given), "")


def text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {echo(value)}")
    return visible(value)


def short(value: object) -> str:
    return text(value)[:LONGEST].rstrip()


def item_id(value: object) -> str:
    if not isinstance(value, str) or ITEM_ID.fullmatch(value) is None:
        raise TypeError(f"not the id of an item: {echo(value)}")
    return value
