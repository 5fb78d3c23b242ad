"""The explorer: the lineage of one entity, up and down, or of all; to be looked at, read, unfolded and downloaded.

Part of the site, above ``explorer_data``. The server draws and lists; a script puts a view that can be unfolded in
place of the drawing, from data in the page. The choices are fields of the address, so that what is seen can be shared;
``expand`` and ``collapse`` are for the script alone.

Example: ``/lineage/model/llama?direction=down&via=weights``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from markupsafe import Markup

from itgraph.endpoint.problems import Problem
from itgraph.entity import replaced_by
from itgraph.errors import echo
from itgraph.lineage import Direction, Lineage, Via, lineage
from itgraph.lineage_drawing import drawing
from itgraph.lineage_format import printable
from itgraph.site.address import IN_PATH
from itgraph.site.entity import WITH_LINEAGE
from itgraph.site.explorer_data import biggest_of_data, elements, family, whole
from itgraph.site.explorer_drawing import drawing_of
from itgraph.site.explorer_files import FORMS, family_file, whole_file
from itgraph.site.kinds import KINDS
from itgraph.site.lineage_list import nested, relation_in_words
from itgraph.site.response import Page, Request
from itgraph.site.things import looked_up
from itgraph.sparql import is_iri
from itgraph.stats import most_built_upon

if TYPE_CHECKING:
    from itgraph.site.explorer_data import Web
    from itgraph.site.site import Site

__all__ = ["FORMS", "explorer", "explorer_file", "whole_explorer", "whole_explorer_file"]

#: So many nodes each way are shown on a page, and of them so many drawn without a script.
MOST_NODES, MOST_DRAWN = 300, 150
#: So many nodes of the whole graph are shown.
MOST_OF_ALL = 400
#: So many nodes each way are written to a file.
MOST_IN_FILE = 5000
DEEPEST = 20

DIRECTIONS = {
    "both": "both ways",
    "up": "up: what it is made from",
    "down": "down: what is made from it",
}
VIAS = {
    "all": "weights and data",
    "weights": "weights: built on, fine-tuned from",
    "data": "data: trained on, written by",
}


@dataclass(frozen=True)
class Choices:
    """What is chosen in the form; ``depth`` None is all the way."""

    direction: str
    via: Via
    depth: int | None

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions to walk."""
        return (Direction.UP, Direction.DOWN) if self.direction == "both" else (Direction(self.direction),)

    @property
    def query(self) -> str:
        """The choices as the end of an address, empty where they are the ones made without any."""
        chosen = {"direction": self.direction, "via": str(self.via), "depth": str(self.depth or "")}
        usual = {"direction": "both", "via": "all", "depth": ""}
        fields = {name: value for name, value in chosen.items() if value != usual[name]}
        return f"?{urlencode(fields)}" if fields else ""


def explorer(site: Site, request: Request, kind: str, slug: str) -> Page:
    """Return the page of one family.

    Raises:
        Problem: 404 or 410, there is nothing of that id, or nothing with a lineage; 400, a field means nothing.
    """
    chosen, found = choices(request), subject(site, request, kind, slug)
    if isinstance(found, Page):
        return found
    lineages = walked(site, found, chosen, MOST_NODES)
    web = family(lineages)
    picture = drawing(lineages, most=MOST_DRAWN).svg(site.addresses.page)
    first = lineages[0]
    return site.render(
        "explorer.html",
        title=f"Lineage of {printable(first.label)}",
        section="Lineage",
        identifier=first.entity,
        label=first.label,
        kind=kind,
        words=KINDS[kind],
        counts=[counts(result) for result in sorted(lineages, key=lambda result: not result.nodes)],
        lists=[(result.direction.value, nested(site, result), result.complete) for result in lineages],
        drawing=Markup(picture) if len(web.nodes) > 1 else "",  # noqa: S704 - all text of others is escaped in it
        action=f"lineage/{quote(first.entity, safe=IN_PATH)}",
        **shared(site, web, chosen),
    )


def whole_explorer(site: Site, request: Request) -> Page:
    """Return the page of the whole lineage graph, with the biggest families to choose from.

    Raises:
        Problem: 400, a field means nothing.
    """
    chosen = choices(request)
    web = whole(site.store, chosen.via, MOST_OF_ALL)
    picture = drawing_of(web).svg(site.addresses.page) if web.nodes else ""
    labels = {node.id: (printable(node.label), node.kind) for node in web.nodes}
    return site.render(
        "explorer_whole.html",
        title="Lineage",
        section="Lineage",
        bases=most_built_upon(site.store),
        origins=list(biggest_of_data(site.store)),
        web=web,
        rows=[
            (
                edge.made,
                labels[edge.made],
                *relation_in_words(site, one.relation, one.sources),
                edge.source,
                labels[edge.source],
            )
            for edge in web.edges
            for one in edge.relations
        ],
        drawing=Markup(picture),  # noqa: S704 - all text of others is escaped in it
        action="lineage",
        **shared(site, web, chosen),
    )


def shared(site: Site, web: Web, chosen: Choices) -> dict[str, object]:
    return {
        "chosen": chosen,
        "directions": DIRECTIONS,
        "vias": VIAS,
        "deepest": DEEPEST,
        "forms": FORMS,
        "elements": elements(site, web),
    }


def explorer_file(site: Site, request: Request, kind: str, slug: str, form: str) -> Page:
    """Return one family as a file.

    Raises:
        Problem: as for the page; 422, the lineage is too large for a file.
    """
    chosen, found = choices(request), subject(site, request, kind, slug, f".{form}")
    if isinstance(found, Page):
        return found
    lineages = walked(site, found, chosen, MOST_IN_FILE)
    if not all(result.complete for result in lineages):
        what = f"the lineage has more than {MOST_IN_FILE:,} nodes one way"
        raise Problem(422, "answer-too-large", what, hint="give a depth, or take the dump")
    depth = f"-depth-{chosen.depth}" if chosen.depth else ""
    name = f"itgraph-{lineages[0].entity}-{chosen.direction}-{chosen.via}{depth}"
    return family_file(lineages, form, name)


def whole_explorer_file(site: Site, request: Request, form: str) -> Page:
    """Return the whole graph, as far as its page shows it, as a file; its name says where that is a part.

    Raises:
        Problem: 400, a field means nothing.
    """
    chosen = choices(request)
    web = whole(site.store, chosen.via, MOST_OF_ALL)
    part = f"-{len(web.nodes)}-most-connected" if web.left_out else ""
    return whole_file(web, form, f"itgraph-lineage-{chosen.via}{part}")


def walked(site: Site, iri: str, chosen: Choices, most: int) -> list[Lineage]:
    return [lineage(site.store, iri, way, chosen.via, chosen.depth, most) for way in chosen.directions]


def choices(request: Request) -> Choices:
    """Return what the fields say.

    Raises:
        Problem: 400, one of them means nothing.
    """
    direction = one_of("direction", request.field("direction", "both"), DIRECTIONS)
    via = Via(one_of("via", request.field("via", "all"), VIAS))
    depth = request.field("depth")
    # Digits of ASCII, few of them: int() takes others too, and thousands.
    if depth and not (depth.isascii() and depth.isdigit() and len(depth) < 4 and 1 <= int(depth) <= DEEPEST):
        raise meaningless("depth", depth, f"give a number from 1 to {DEEPEST}, or none")
    return Choices(direction, via, int(depth) if depth else None)


def one_of(field: str, value: str, allowed: dict[str, str]) -> str:
    if value not in allowed:
        raise meaningless(field, value, f"give one of {', '.join(allowed)}")
    return value


def meaningless(field: str, value: str, hint: str) -> Problem:
    return Problem(400, "bad-request", f"the field {field} cannot be {echo(value)}", hint=hint, field=field)


def subject(site: Site, request: Request, kind: str, slug: str, ending: str = "") -> str | Page:
    """Return the IRI of an entity that may have a lineage, or the way to what replaces it.

    Raises:
        Problem: 404, there is no such entity, or it is of a kind without a lineage; 410, its id was given up.
    """
    identifier = f"{kind}/{slug}"
    iri = site.base + identifier
    if kind in WITH_LINEAGE and is_iri(iri) and (successor := replaced_by(site.store, iri)) is not None:
        new = quote(successor.removeprefix(site.base), safe=IN_PATH)
        query = f"?{request.query_string}" if request.query_string else ""
        location = f"{site.addresses.root}lineage/{new}{ending}{query}"
        return Page(b"", "text/plain; charset=utf-8", 301, (("location", location),))
    found = looked_up(site, identifier)
    if kind not in WITH_LINEAGE:
        hint = f"models and data sets have one; what is known of this is at {site.addresses.root}{identifier}"
        raise Problem(404, "not-found", f"{identifier} has no lineage", hint=hint)
    return found


def counts(result: Lineage) -> str:
    """Return in a sentence what a lineage holds, such as that 16 models descend from it, 14 directly."""
    down = result.direction is Direction.DOWN
    if not result.nodes:
        return "Nothing is known that descends from it." if down else "Nothing is known that it descends from."
    kinds: dict[str, int] = {}
    for node in result.nodes:
        kinds[node.kind] = kinds.get(node.kind, 0) + 1
    told = [
        f"{count:,} {KINDS[kind].singular if count == 1 else KINDS[kind].plural}"
        if kind in KINDS
        else f"{count:,} others"
        for kind, count in sorted(kinds.items(), key=lambda item: (item[0] != "model", item[0]))
    ]
    much = " and ".join(told) if result.complete else f"More than {' and '.join(told)}"
    near = sum(node.hops == 1 for node in result.nodes)
    close = "directly" if near == len(result.nodes) else f"{near:,} directly"
    if down:
        return f"{much} {'descends' if len(result.nodes) == 1 else 'descend'} from it, {close}."
    return f"It descends from {much[0].lower() + much[1:]}, {close}."
