"""``itgraph query``: a SPARQL query over the release.

Example: ``echo 'SELECT ?m { ?m itg:basedOn <model/llama> }' | itgraph query -``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from itgraph.cli.options import format_option, release_option, verbose_option
from itgraph.cli.output import interruptible, is_terminal, plain_table, put, put_bytes
from itgraph.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["query"]

OF_SOLUTIONS = ("table", "csv", "tsv", "json", "xml")
OF_GRAPHS = ("ttl", "nt")


@click.command()
@click.argument("file", metavar="FILE|-")
@format_option(
    [*OF_SOLUTIONS, *OF_GRAPHS], None, "How to write the answer: table for SELECT and ttl for CONSTRUCT by default"
)
@release_option
@verbose_option
def query(file: str, form: str | None, release: str | None) -> None:
    """Answer the SPARQL query in FILE, or on stdin for "-".

    The prefixes of the project need no declaration, and <model/llama> stands for the full IRI.

    \b
    Example:
      echo 'SELECT ?m { ?m itg:basedOn <model/llama> }' | itgraph query -
    """
    name, text = read(file)
    with interruptible():
        from itgraph.results import is_graph, table, truth, write
        from itgraph.store import Store

        store = Store.open(release)
        answer = store.query(text, path=name)
        fitting = OF_GRAPHS if is_graph(answer) else OF_SOLUTIONS
        form = form or fitting[0]
        if form not in fitting:
            kind = "CONSTRUCT and DESCRIBE" if is_graph(answer) else "SELECT and ASK"
            raise UsageError(f"the format {form} is not for this query", hint=f"{kind} have {', '.join(fitting)}")
        if form != "table":
            content = write(answer, form)
        elif (verdict := truth(answer)) is not None:
            content = b"true\n" if verdict else b"false\n"
        else:
            header, rows = table(answer, store.base)
            show_table(header, rows)
            return
    put_bytes(content)


def read(file: str) -> tuple[str, str]:
    """Return the name for error lines and the text of the query.

    Raises:
        InputError: the file cannot be read, or is not UTF-8.
    """
    from pathlib import Path

    name = "<stdin>" if file == "-" else file
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return name, content.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=name) from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", hint="save the query as UTF-8", path=name, line=line) from error


def show_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not is_terminal():
        put(plain_table(header, rows))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(*header)
    for row in rows:
        grid.add_row(*map(Text, row))
    Console(highlight=False).print(grid)
