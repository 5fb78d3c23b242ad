"""``itgraph link export``: what Wikidata lacks, as a batch for QuickStatements.

Example: ``itgraph link export --missing -o batch.txt``.
"""

from __future__ import annotations

import click

from itgraph.cli.options import format_option, release_option, verbose_option
from itgraph.cli.output import interruptible
from itgraph.errors import UsageError
from itgraph.namespaces import KINDS

__all__ = ["export"]


@click.command()
@click.option("--missing", is_flag=True, help="What was looked for on Wikidata and is not there")
@format_option(["quickstatements"], "quickstatements", "How to write it: the lines of QuickStatements, version 1")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this kind; repeat it for others")
@click.option("-o", "--out", metavar="FILE|-", default="-", help="Write to this file instead of to stdout")
@release_option
@verbose_option
def export(missing: bool, form: str, kinds: tuple[str, ...], out: str, release: str | None) -> None:  # noqa: ARG001
    """Write what Wikidata lacks as new items, for a person to check and upload at quickstatements.toolforge.org.

    Nothing is sent. Only what was looked for and not found is written, never what nobody has looked for: a second item
    for one thing is worse than none. What is left out is counted on stderr. Upload a batch once, then look its items up
    with 'itgraph link wikidata': an old batch would make every item again.

    \b
    Example:
      itgraph link export --missing --kind model -o batch.txt
    """
    if not missing:
        raise UsageError("say what to export", hint="--missing: what Wikidata lacks")
    with interruptible():
        from itgraph.export.target import target
        from itgraph.links.contribution.batch import batch
        from itgraph.links.contribution.left_out import LeftOut
        from itgraph.links.contribution.missing import unchecked
        from itgraph.store import Store

        store = Store.open(release)
    left_out, items = LeftOut(), 0
    with target(out) as stream:
        for line in batch(store, kinds or KINDS, left_out):
            items += line.startswith("CREATE ")
            stream.write(line.encode())
    told = [f"{items} new item{'' if items == 1 else 's'}: look at each before you upload them"]
    told += [f"left out: {reason}" for reason in left_out.told()]
    told += [
        f"left out: {count} × {kind}: not looked for yet, so Wikidata may have them"
        for kind, count in unchecked(store, kinds or KINDS).items()
    ]
    for line in told:
        click.echo(f"itgraph: {line}", err=True)
