"""``itgraph lineage``: what an entity descends from, or what descends from it.

Example: ``itgraph lineage model/llama --down --format json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from itgraph.cli.options import format_option, release_option, verbose_option
from itgraph.cli.output import interruptible, is_terminal, put

if TYPE_CHECKING:
    from itgraph.lineage import Lineage
    from itgraph.sparql import Queryable

__all__ = ["lineage"]


@click.command()
@click.argument("entity")
@click.option("--up", is_flag=True, help="Go to what it is made from (default)")
@click.option("--down", is_flag=True, help="Go to what is made from it")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Stop after N hops")
@click.option(
    "--via",
    type=click.Choice(["weights", "data", "all"]),
    default="weights",
    show_default=True,
    help="Follow model to model (weights), training and generation of data sets (data), or both",
)
@format_option(["tree", "json", "dot", "mermaid", "svg", "csv"], "tree", "How to write the lineage")
@release_option
@verbose_option
def lineage(entity: str, up: bool, down: bool, depth: int | None, via: str, form: str, release: str | None) -> None:
    """Print the lineage of ENTITY, with who states each step.

    In the tree, a relation is named where it is not plain "based on"; a node is shown in full once.

    \b
    Examples:
      itgraph lineage model/llama --down
      itgraph lineage Radiology-GPT
      itgraph lineage model/alpaca --via all --format svg > alpaca.svg
    """
    if up and down:
        raise click.UsageError("--up and --down: take one of them")
    with interruptible():
        from itgraph.entity import resolve
        from itgraph.lineage import Direction, Via
        from itgraph.lineage import lineage as ask
        from itgraph.lineage_format import FORMATS, as_rich_tree
        from itgraph.store import Store

        store = Store.open(release)
        start = resolve(store, entity)
        if start.notice:
            click.echo(f"itgraph: {start.notice}", err=True)
        result = ask(store, start.iri, Direction.DOWN if down else Direction.UP, Via(via), depth)
        hint = "" if result.nodes or form != "tree" else elsewhere(store, result)
    if form == "tree" and is_terminal():
        from rich.console import Console

        Console(soft_wrap=True, highlight=False).print(as_rich_tree(result))
    else:
        put(FORMATS[form](result))
    if form == "tree":
        click.echo(f"{counted(result)}{hint}", err=True)


def counted(result: Lineage) -> str:
    """Return how many there are, in one sentence."""
    from itgraph.lineage_format import printable

    count, direct = len(result.nodes), sum(node.hops == 1 for node in result.nodes)
    label, down = printable(result.label), result.direction == "down"
    if count == 0:
        return f"nothing is stated {'below' if down else 'above'} {label}"
    if count == 1:
        return f"1 {'descends from' if down else 'stands above'} {label}, directly"
    return f"{count} {'descend from' if down else 'stand above'} {label}, {direct} of them directly"


def elsewhere(store: Queryable, result: Lineage) -> str:
    """Return the hint to what does find something where a lineage found nothing."""
    from itgraph.lineage import Direction, Via
    from itgraph.lineage import lineage as ask

    back = Direction.UP if result.direction is Direction.DOWN else Direction.DOWN
    others = [] if result.via is Via.ALL else [Via.DATA if result.via is Via.WEIGHTS else Via.WEIGHTS]
    ways = {
        f"--{back}": (back, result.via),
        **{f"--via {via}": (result.direction, via) for via in others},
        **{f"--{back} --via {via}": (back, via) for via in others},
    }
    tries = [option for option, way in ways.items() if ask(store, result.iri, *way, depth=1).nodes]
    if tries:
        return f" — try {', or '.join(tries[:2])}"
    see = f"see 'itgraph show {result.entity}'"
    if result.kind in ("model", "dataset"):
        return f" — nor in any other direction: {see}"
    return f" — {'an' if result.kind[0] in 'aeio' else 'a'} {result.kind} has no lineage: {see}"
