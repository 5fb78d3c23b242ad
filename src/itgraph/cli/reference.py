"""The reference of the command line, written out of the running commands: ``docs/cli.md``.

A tool of the checkout, not a command: ``python -m itgraph.cli.reference docs/cli.md``; a test compares the two.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from itgraph.cli import cli

__all__ = ["commands", "reference"]

WIDTH = 100


def commands(
    command: click.Command, path: tuple[str, ...] = ("itgraph",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that call it, the group before its commands."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from commands(below, (*path, name))


def reference() -> str:
    """Return the page: the help of each command, as a terminal shows it."""
    parts = [
        "# The command line\n",
        "<!-- Written by `python -m itgraph.cli.reference docs/cli.md`; edit the commands, not this page. -->\n",
    ]
    for path, command in commands(cli):
        context = click.Context(
            command,
            info_name=" ".join(path),
            terminal_width=WIDTH,
            max_content_width=WIDTH,
            help_option_names=["-h", "--help"],
        )
        parts.append(f"{'#' * (1 + len(path))} {' '.join(path)}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def main() -> None:
    """Write the page to the file named on the command line."""
    target = Path(sys.argv[1])
    waiting = target.with_name(target.name + ".new")
    waiting.write_text(reference(), encoding="utf-8")
    waiting.replace(target)


if __name__ == "__main__":
    main()
