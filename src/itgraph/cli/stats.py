"""``itgraph stats``: what the release holds, counted.

Example: ``itgraph stats --format json``.
"""

from __future__ import annotations

import click

from itgraph.cli.options import format_option, release_option, verbose_option
from itgraph.cli.output import interruptible, put

__all__ = ["stats"]


@click.command()
@format_option(["text", "json"], "text", "How to write the counts")
@release_option
@verbose_option
def stats(form: str, release: str | None) -> None:
    """Count entities, statements, sources, anomalies and corrections.

    \b
    Example:
      itgraph stats
    """
    with interruptible():
        from itgraph.stats import as_json, as_text, statistics
        from itgraph.store import Store

        store = Store.open(release)
        counts = statistics(store, store.manifest)
    put(as_json(counts) if form == "json" else as_text(counts))
