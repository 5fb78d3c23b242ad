"""``itgraph show``: everything that is said about one entity, and who says it.

Example: ``itgraph show model/alpaca``.
"""

from __future__ import annotations

import click

from itgraph.cli.options import format_option, release_option, verbose_option
from itgraph.cli.output import interruptible, put

__all__ = ["show"]


@click.command()
@click.argument("entity")
@format_option(["text", "json", "turtle"], "text", "How to write the statements")
@release_option
@verbose_option
def show(entity: str, form: str, release: str | None) -> None:
    """Print every statement about ENTITY with the graphs that make it.

    Statements that a source makes and a correction refutes stand apart, with the reason. Of a source itself, such as
    survey/models/4, this shows also every statement that it makes.

    \b
    Examples:
      itgraph show model/alpaca
      itgraph show survey/models/4
      itgraph show arxiv:2304.12244
    """
    with interruptible():
        from itgraph.description import describe
        from itgraph.description_format import FORMATS
        from itgraph.entity import resolve
        from itgraph.store import Store

        store = Store.open(release)
        found = resolve(store, entity)
        if found.notice:
            click.echo(f"itgraph: {found.notice}", err=True)
        text = FORMATS[form](describe(store, found.iri), store.base)
    put(text)
