"""Data on its way to stdout, and native work that Ctrl-C must be able to end.

Used by the command modules; imports nothing heavier than click.

Example: ``with interruptible(): store = Store.open(release)``.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

__all__ = ["interruptible", "is_terminal", "plain_table", "put", "put_bytes", "show_table"]


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end the process while native code works, which a Python signal handler cannot interrupt.

    The process then ends by the signal itself, which a shell reports as 130. Only around work that writes no files.
    """
    import signal

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def is_terminal() -> bool:
    """Tell whether stdout is a terminal, where tables and trees may have colour."""
    return sys.stdout.isatty()


def put(text: str) -> None:
    """Write text to stdout as it is; a character that the terminal's encoding lacks becomes its escape."""
    if (encoding := getattr(sys.stdout, "encoding", None)) is not None:
        text = text.encode(encoding, "backslashreplace").decode(encoding)
    click.echo(text, nl=False)


def put_bytes(content: bytes) -> None:
    """Write bytes to stdout as they are, with a final newline where a terminal needs one."""
    click.echo(content, nl=is_terminal() and not content.endswith(b"\n"))


def plain_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""Return a table of aligned columns.

    >>> plain_table(["?m", "?n"], [["model/alpaca", "7"]])
    '?m            ?n\nmodel/alpaca  7\n'
    """
    lines = [header, *rows]
    widths = [max((len(line[i]) for line in lines), default=0) for i in range(len(header))]
    padded = ("  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "".join(line.rstrip() + "\n" for line in padded)


def show_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table: within the width of a terminal, where long cells take several lines, else in full."""
    if not is_terminal():
        put(plain_table(header, rows))
        return
    import shutil

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table()
    for name in header:
        grid.add_column(Text(name), overflow="fold")
    for row in rows:
        grid.add_row(*map(Text, row))
    # Left alone, rich takes a dumb terminal for one of 80 columns, whatever its width.
    columns, lines = shutil.get_terminal_size()
    Console(highlight=False, width=columns, height=lines).print(grid)
