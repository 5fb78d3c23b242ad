"""Options that several commands share, each as a decorator, and what they leave for the command to read.

Used by every command module; imports nothing heavier than click.

Example: ``@release_option`` above a command gives it the parameter ``release: str | None``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

__all__ = ["Session", "data_option", "format_option", "release_option", "verbose_option"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class Session:
    """What holds for one run of the command line."""

    def __init__(self) -> None:
        self.verbosity = 0


def be_verbose(ctx: click.Context, _: click.Parameter, count: int) -> None:
    session = ctx.ensure_object(Session)
    session.verbosity += count
    if session.verbosity:
        import logging

        level = logging.DEBUG if session.verbosity > 1 else logging.INFO
        logging.basicConfig(stream=sys.stderr, level=level, format="itgraph: %(message)s", force=True)


#: ``-v``: messages about the work; ``-vv``: also the traceback of an error.
verbose_option = click.option(
    "-v",
    "--verbose",
    count=True,
    expose_value=False,
    callback=be_verbose,
    help="Say more on stderr; -vv adds the traceback of an error",
)

#: ``--release DIR``: the release to ask.
release_option = click.option(
    "--release",
    type=click.Path(),
    metavar="DIR",
    help="Ask this release, a folder that 'itgraph build' wrote",
)

#: ``--data DIR``: the entries.
data_option = click.option(
    "--data",
    type=click.Path(),
    metavar="DIR",
    help="Read the entries from this folder instead of the project's own",
)


def format_option(names: Sequence[str], default: str | None, what: str) -> Callable[[Decorated], Decorated]:
    """Return ``--format`` with these names; None as default leaves the choice to the command."""
    return click.option(
        "--format", "form", type=click.Choice(list(names)), default=default, show_default=default is not None, help=what
    )
