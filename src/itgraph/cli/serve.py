"""``itgraph serve``: the SPARQL endpoint over the release, on this machine.

Example: ``itgraph serve --port 0``.
"""

from __future__ import annotations

from contextlib import suppress

import click

from itgraph.cli.options import release_option, verbose_option
from itgraph.cli.output import interruptible

__all__ = ["serve"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen on this address")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Listen on this port; 0 lets the system pick one",
)
@release_option
@verbose_option
def serve(host: str, port: int, release: str | None) -> None:
    """Serve the graph at /sparql until Ctrl-C.

    The URL is printed when the port is open.

    \b
    Example:
      itgraph serve --port 0
    """
    from itgraph.endpoint.server import listen, run, url_of

    # The port first: that it is taken should not wait for the release to load.
    with listen(host, port) as listener:
        with interruptible():
            from itgraph.store import Store

            store = Store.open(release)
        url = url_of(listener)
        # To end a server by Ctrl-C is no failure, at whatever moment after it has said that it is there.
        with suppress(KeyboardInterrupt):
            click.echo(f"itgraph serves {url} with SPARQL at {url}sparql (Ctrl-C ends it)")
            run(store, listener)
