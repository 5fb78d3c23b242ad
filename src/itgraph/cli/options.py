"""Options that several commands share, each as a decorator, and what they leave for the command to read.

Used by every command module; imports nothing heavier than click.

Example: ``@release_option`` above a command gives it the parameter ``release: str | None``.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from itgraph.errors import StoreError

__all__ = ["Folder", "Session", "Size", "data_option", "format_option", "release_option", "verbose_option"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

#: What a size may be written in (IEC 80000-13, and the SI).
UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}


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


class Folder(click.Path):
    """The name of a folder, which is not empty: that would be whatever folder one happens to stand in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the name as it was given."""
        if value == "":
            self.fail("the name of the folder is empty", param, ctx)
        return super().convert(value, param, ctx)


class Size(click.ParamType[int]):
    """A number of bytes, which may have a unit: 65536, 64KiB, 50MB. ``least`` is the smallest that is taken."""

    name = "size"

    def __init__(self, least: int) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of bytes."""
        number, unit = str(value).strip(), ""
        while number and not number[-1].isdigit():
            number, unit = number[:-1], number[-1] + unit
        factor = UNITS.get(unit.strip().lower())
        if factor is None or not number.isdecimal() or not number.isascii():
            self.fail(f"{value!r} is no size: write it in bytes, or like 64KiB or 50MB", param, ctx)
        size = int(number) * factor
        if size < self.least:
            self.fail(f"{value} is less than the least, {self.least} bytes", param, ctx)
        return size


def must_be_there(ctx: click.Context, _: click.Parameter, release: str | None) -> str | None:
    """Say that it is ``--release`` which leads nowhere; all else is for the store to find."""
    if release is not None and not ctx.resilient_parsing:
        from pathlib import Path

        try:
            Path(release).stat()
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                hint = "build it with 'itgraph build', or name another"
                what = "there is no such folder with a release (--release)"
                raise StoreError(what, hint=hint, path=release) from error
    return release


#: ``--release DIR``: the release to ask.
release_option = click.option(
    "--release",
    type=Folder(),
    callback=must_be_there,
    metavar="DIR",
    help="Ask this release, a folder that 'itgraph build' wrote",
)

#: ``--data DIR``: the entries.
data_option = click.option(
    "--data",
    type=Folder(),
    metavar="DIR",
    help="Read the entries from this folder instead of the project's own",
)


def format_option(names: Sequence[str], default: str | None, what: str) -> Callable[[Decorated], Decorated]:
    """Return ``--format`` with these names; None as default leaves the choice to the command."""
    return click.option(
        "--format", "form", type=click.Choice(list(names)), default=default, show_default=default is not None, help=what
    )
