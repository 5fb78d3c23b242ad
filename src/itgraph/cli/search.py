"""``itgraph search``: from a few typed words to the entities that may be meant.

Example: ``itgraph search alapca --kind model``.
"""

from __future__ import annotations

import click

from itgraph.cli.options import format_option, release_option, verbose_option
from itgraph.cli.output import interruptible, put, show_table

__all__ = ["search"]

#: As in itgraph.search, which is not imported before it is needed.
MOST_HITS = 1000


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--kind",
    "kinds",
    metavar="KIND",
    multiple=True,
    help="Only entities of this kind, such as model, dataset, paper or person; may be given several times",
)
@click.option("--limit", type=click.IntRange(1, MOST_HITS), default=10, show_default=True, help="At most so many")
@format_option(["table", "json", "jsonl", "csv"], "table", "How to write the hits")
@release_option
@verbose_option
def search(text: tuple[str, ...], kinds: tuple[str, ...], limit: int, form: str, release: str | None) -> None:
    """Find entities by TEXT: labels, other names, titles, people.

    Words in any order, the last one perhaps only begun; case, accents and marks count for nothing, and a slip of the
    keyboard is forgiven. The best come first: exact names, then names that begin so, then names that hold the words.

    \b
    Examples:
      itgraph search alapca --kind model
      itgraph search bjorn ommer
    """
    with interruptible():
        from itgraph.search import is_source
        from itgraph.search import search as find
        from itgraph.search_format import FORMATS, HEADER, as_rows

        typed = " ".join(text)
        hits = find(release, typed, kind=kinds, limit=limit)
    if not hits:
        hint = " — rows and references are shown by 'itgraph show', and not searched" if is_source(typed) else ""
        click.echo(f"itgraph: nothing is called {typed!r}, or nearly so{hint}", err=True)
    if form != "table":
        put(FORMATS[form](hits))
    elif hits:
        show_table(HEADER, as_rows(hits))
