"""``itgraph serve``: the SPARQL endpoint over the release, for this machine or for the world.

Every limit is an option of its own, made from the table in ``itgraph.endpoint.limits``.

Example: ``itgraph serve --port 0``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from typing import Any, TypeVar

import click

from itgraph.cli.options import Size, release_option, verbose_option
from itgraph.endpoint.limits import MIB, Limits, size

__all__ = ["serve"]

Command = TypeVar("Command", bound=Callable[..., Any])


def variable(name: str) -> str:
    """Return the environment variable of an option."""
    return f"ITGRAPH_{name.upper()}"


def limit_options(command: Command) -> Command:
    """Give a command an option for each limit."""
    for one in reversed(fields(Limits)):
        least, unit = one.metadata["least"], one.metadata["unit"]
        kind: click.ParamType[Any] = Size(least) if unit == "bytes" else click.IntRange(least)
        if one.type == "float":
            kind = click.FloatRange(least)
        command = click.option(
            f"--{one.name.replace('_', '-')}",
            one.name,
            type=kind,
            default=one.default,
            show_default=size(one.default) if unit == "bytes" else True,
            envvar=variable(one.name),
            help=one.metadata["help"],
        )(command)
    return command


def as_base(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """Refuse what is no address of a site; a slash stands at its end."""
    if given is None:
        return None
    if not given.startswith(("http://", "https://")) or any(sign in given for sign in '?# <>"'):
        raise click.BadParameter("give an address of http or https, such as https://example.org/")
    return given.rstrip("/") + "/"


def as_endpoints(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what is no address of http or https."""
    for url in given:
        if not url.startswith(("http://", "https://")) or any(sign in url for sign in ' <>"{}|^`\\'):
            raise click.BadParameter(
                f"{url!r}: give the address of an endpoint, such as https://query.wikidata.org/sparql"
            )
    return given


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, envvar=variable("host"), help="Listen on this address")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    envvar=variable("port"),
    help="Listen on this port; 0 lets the system pick one",
)
@click.option(
    "--public-url",
    metavar="URL",
    callback=as_base,
    envvar=variable("public_url"),
    help="The address under which the world sees this server, for what it says of itself",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    envvar=variable("workers"),
    help="Processes that evaluate queries; others stand in for slow ones  [default: one per processor, at least 2]",
)
@limit_options
@click.option(
    "--cache-bytes",
    type=Size(0),
    default=64 * MIB,
    show_default=size(64 * MIB),
    envvar=variable("cache_bytes"),
    help="Bytes of answers that are kept for who asks again",
)
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=0.5,
    show_default=True,
    envvar=variable("grace"),
    help="Seconds that queries under way have to end after Ctrl-C or SIGTERM",
)
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    metavar="URL",
    callback=as_endpoints,
    envvar=variable("allow_service"),
    help="Let queries ask this endpoint by SERVICE; repeat it for others",
)
@click.option(
    "--trusted-proxy",
    "trusted_proxies",
    multiple=True,
    metavar="ADDRESS",
    envvar=variable("trusted_proxy"),
    help="Believe X-Forwarded-For of this proxy, or network of proxies",
)
@click.option(
    "--gate/--no-gate",
    default=True,
    envvar=variable("gate"),
    help="Refuse queries that nest too deep or ask others before they are evaluated; the workers hold without it",
)
@release_option
@verbose_option
@click.pass_context
def serve(ctx: click.Context, /, host: str, port: int, release: str | None, **chosen: Any) -> None:
    """Serve the graph at /sparql until Ctrl-C.

    The URL is printed when the first query can be answered, the limits behind it. Every option can be given as an
    environment variable too: ITGRAPH_PORT, ITGRAPH_MAX_SECONDS. A new release in the folder is taken up within a
    second or two, or at once on SIGHUP.

    \b
    Examples:
      itgraph serve --port 0
      itgraph serve --max-seconds 5 --max-rows 10000
      itgraph serve --public-url https://graph.example.org/ --trusted-proxy 127.0.0.1
    """
    import logging
    import sys

    if sys.platform == "win32":
        raise click.UsageError("the endpoint needs Linux or macOS: its queries run in processes that are forked", ctx)

    from itgraph.cli.options import Session
    from itgraph.endpoint.server import Options, listen, run, url_of

    if not ctx.ensure_object(Session).verbosity:
        logging.basicConfig(format="itgraph: %(message)s", level=logging.WARNING, force=True)
        # What clients do wrong they are told; the operator need not be.
        logging.getLogger("uvicorn").setLevel(logging.ERROR)
    limits = Limits(**{one.name: chosen.pop(one.name) for one in fields(Limits)})
    options = Options(release=release, limits=limits, **chosen)
    # The port first: that it is taken should not wait for the release to load.
    with listen(host, port) as listener:
        url = url_of(listener)

        def announce() -> None:
            from itgraph.endpoint.sandbox import missing
            from itgraph.resources import widgets_dir

            click.echo(f"itgraph serves {url} with SPARQL at {url}sparql (Ctrl-C ends it)")
            click.echo(f"itgraph: limits: {limits.line()}", err=True)
            for lack in missing():
                click.echo(f"itgraph: {lack}", err=True)
            if widgets_dir() is None:
                lack = "the pages come without the graph view and the query editor: they were not built"
                click.echo(f"itgraph: {lack} — make build makes them where npm is", err=True)

        # Ctrl-C before the server has said that it is there.
        with suppress(KeyboardInterrupt):
            run(listener, options, on_ready=announce)
