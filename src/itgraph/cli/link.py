"""``itgraph link``: what the entities are called elsewhere, found, looked up again, and given back.

Example: ``itgraph link wikidata --kind paper --write``.
"""

from __future__ import annotations

import click

from itgraph.cli.link_check import check
from itgraph.cli.link_export import export
from itgraph.cli.link_wikidata import wikidata
from itgraph.cli.options import verbose_option

__all__ = ["link"]


@click.group()
@verbose_option
def link() -> None:
    """Find what the entities are called elsewhere, and look the links up again.

    \b
    Example:
      itgraph link wikidata --kind paper
    """


for command in (wikidata, check, export):
    link.add_command(command)
