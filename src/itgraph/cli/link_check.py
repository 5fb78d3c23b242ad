"""``itgraph link check``: every linked item of Wikidata, looked up again.

Example: ``itgraph link check --contact ada@example.org``.
"""

from __future__ import annotations

import click

from itgraph.cli.link_options import Asking, wikidata_options
from itgraph.cli.options import data_option, format_option, release_option, verbose_option
from itgraph.cli.output import put
from itgraph.errors import NetworkError

__all__ = ["check"]


@click.command()
@wikidata_options
@format_option(["text", "json", "github"], "text", "How to write the findings")
@click.option("--strict", is_flag=True, help="Count warnings as problems")
@data_option
@release_option
@verbose_option
@click.pass_context
def check(ctx: click.Context, asking: Asking, form: str, strict: bool, data: str | None, release: str | None) -> None:
    """Look every linked item of Wikidata up again, and print what has changed as file:line: message.

    Found are items that were deleted, merged into another, or are not of the kind of the entity; a label that has
    drifted is a warning. Nothing is changed.

    \b
    Example:
      itgraph link check --strict
    """
    from pathlib import Path

    from itgraph.cli.validate import WRITERS, judged
    from itgraph.links.reconciler.check import check_links
    from itgraph.links.reconciler.table import LinkTable
    from itgraph.resources import data_dir
    from itgraph.store import Store

    table = LinkTable.read((Path(data) if data else data_dir()) / "links")
    with asking.open(lambda line: click.echo(f"itgraph: {line}", err=True)) as wikidata:
        findings, unanswered = check_links(table, Store.open(release), wikidata)
    put(WRITERS[form](findings))
    code = judged(findings, strict)
    if unanswered:
        count = len(unanswered)
        what = f"Wikidata did not answer for {count} item{'s' * (count != 1)}"
        hint = "run it once without --offline" if asking.offline else "run it again: what was answered is kept"
        raise NetworkError(what, hint=hint)
    ctx.exit(code)
