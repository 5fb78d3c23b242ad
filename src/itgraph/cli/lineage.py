"""``itgraph lineage``: what an entity descends from, or what descends from it.

Example: ``itgraph lineage model/llama --down --format json``.
"""

from __future__ import annotations

import click

from itgraph.cli.options import format_option, release_option, verbose_option
from itgraph.cli.output import interruptible, is_terminal, put

__all__ = ["lineage"]


@click.command()
@click.argument("entity")
@click.option("--up", "down", flag_value=False, type=bool, default=False, help="Go to what it is made from (default)")
@click.option("--down", "down", flag_value=True, type=bool, help="Go to what is made from it")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Stop after N hops")
@click.option(
    "--via",
    type=click.Choice(["weights", "data", "all"]),
    default="weights",
    show_default=True,
    help="Follow model to model (weights), training and generation of data sets (data), or both",
)
@format_option(["tree", "json", "dot", "mermaid", "csv"], "tree", "How to write the lineage")
@release_option
@verbose_option
def lineage(entity: str, down: bool, depth: int | None, via: str, form: str, release: str | None) -> None:
    """Print the lineage of ENTITY, with who states each step.

    In the tree, a relation is named where it is not plain "based on"; a node is shown in full once.

    \b
    Examples:
      itgraph lineage model/llama --down
      itgraph lineage Radiology-GPT
      itgraph lineage model/alpaca --via all --format dot | dot -Tsvg
    """
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
    if form == "tree" and is_terminal():
        from rich.console import Console

        Console(soft_wrap=True, highlight=False).print(as_rich_tree(result))
    else:
        put(FORMATS[form](result))
    if form == "tree":
        direct = sum(node.hops == 1 for node in result.nodes)
        way = "descend from" if down else "stand above"
        click.echo(f"{len(result.nodes)} {way} {start.label}, {direct} of them directly", err=True)
