"""``/api/lineage/{kind}/{slug}``: what an entity is made from, or what is made from it, with who says so.

Part of the site, an operation of ``rest``. ``itgraph.lineage`` answers.

Example: ``/api/lineage/model/alpaca?direction=up&via=all``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itgraph.lineage import Direction, Via, lineage
from itgraph.lineage_format import as_columns, as_dict
from itgraph.site.operations import Answer, Asked, Operation, Parameter, Schema
from itgraph.site.response import Page
from itgraph.site.things import looked_up

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["LINEAGE"]

EDGE: Schema = {
    "title": "Edge",
    "type": "object",
    "properties": {
        "from": {"type": "string", "description": "The id of the node on the way to the entity."},
        "relation": {"type": "string", "description": "A prefixed name.", "examples": ["itg:basedOn"]},
        "sources": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The ids of the sources that state it; none where a rule derived it.",
        },
    },
    "required": ["from", "relation", "sources"],
}
NODE: Schema = {
    "title": "Node",
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "iri": {"type": "string", "format": "iri"},
        "label": {"type": "string"},
        "kind": {"type": "string"},
        "hops": {"type": "integer", "minimum": 1, "description": "The least number of steps from the entity."},
        "via": {"type": "array", "items": EDGE},
        "page": {"type": "string", "description": "The path of its page on this server."},
    },
    "required": ["id", "iri", "label", "kind", "hops", "via", "page"],
}
MEMBERS: Schema = {
    "entity": {"type": "string", "description": "The id of the entity."},
    "label": {"type": "string"},
    "direction": {"type": "string", "enum": [str(one) for one in Direction]},
    "via": {"type": "string", "enum": [str(one) for one in Via]},
    "nodes": {"type": "array", "items": NODE, "description": "The nearest first."},
    "page": {"type": "string", "description": "The path of the page of the entity on this server."},
    "complete": {"type": "boolean", "description": "Whether there are no more nodes than these."},
}


def answer(site: Site, asked: Asked) -> Answer:
    """Return the lineage of an entity.

    Raises:
        Problem: 404, nothing is said about it; 410, its id was given up.
    """
    found = looked_up(site, f"{asked['kind']}/{asked['slug']}")
    if isinstance(found, Page):
        # An id that was replaced means what replaces it; the answer names that.
        location = dict(found.headers)["location"]
        found = site.base + location.removeprefix(site.addresses.root)
    result = lineage(
        site.store, found, Direction(asked["direction"]), Via(asked["via"]), asked["depth"], asked["limit"]
    )
    told: dict[str, Any] = as_dict(result)
    for node in told["nodes"]:
        node["page"] = site.addresses.page(node["id"])
    told |= {"page": site.addresses.page(result.entity), "complete": result.complete}
    columns = as_columns(result)
    return Answer(told, tuple(columns), zip(*columns.values(), strict=True))


LINEAGE = Operation(
    "/api/lineage/{kind}/{slug}",
    "lineage",
    "Lineage",
    "What an entity is made from, or what is made from it",
    "A node lists each relation by which it is reached, with the sources that state it. Nodes come nearest first; "
    "where there are more than the limit, `complete` is false. As CSV, one row for each relation.",
    (
        Parameter(
            "kind", "string", "The kind of the entity.", place="path", required=True, example="model",
            enum=("model", "dataset"),
        ),
        Parameter(
            "slug", "string", "The rest of its id.", place="path", required=True, example="alpaca",
            pattern="^[a-z0-9]+([.-][a-z0-9]+)*$", written="in small letters, digits, hyphens and dots",
            min_length=1, max_length=200,
        ),
        Parameter(
            "direction", "string", "Up to what it is made from, or down to what is made from it.",
            default="up", example="up", enum=tuple(Direction),
        ),
        Parameter(
            "via", "string", "Through the weights of models, through data, or through both.",
            default="all", example="all", enum=tuple(Via),
        ),
        Parameter("depth", "integer", "Greatest number of steps; all without it.", example=2, minimum=1, maximum=1000),
        Parameter(
            "limit", "integer", "Greatest number of nodes.", default=200, example=100, minimum=1, maximum=2000,
        ),
    ),
    {"title": "Lineage", "type": "object", "properties": MEMBERS, "required": list(MEMBERS)},
    answer,
    page="lineage",
    may_miss=True,
)  # fmt: skip
