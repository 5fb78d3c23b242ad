"""The command line: ``itgraph COMMAND …``, a thin skin over the two sides.

Top floor. A command module is imported when its command (or the list of commands) is asked for, and imports at its
top nothing heavier than click; what does the work is imported inside the command. Data goes to stdout, messages go to
stderr, and every error that is ours becomes one line and the exit code of its class.

Example: ``itgraph lineage model/llama --down``.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

import itgraph
from itgraph.cli.options import Session, verbose_option
from itgraph.errors import InputError, ItgraphError, ProblemsFound

__all__ = ["COMMANDS", "CommandGroup", "cli", "main"]

#: Where each command is, in the order of the help, and the first line of its help: the list imports none of them.
COMMANDS = {
    "lineage": ("itgraph.cli.lineage:lineage", "Print the lineage of ENTITY, with who states each step."),
    "show": ("itgraph.cli.show:show", "Print every statement about ENTITY with the graphs that make it."),
    "search": ("itgraph.cli.search:search", "Find entities by TEXT: labels, other names, titles, people."),
    "query": (
        "itgraph.cli.query:query",
        'Answer a saved query by its NAME, or the SPARQL in FILE, or on stdin for "-".',
    ),
    "export": ("itgraph.cli.export:export", "Write the release, or a part of it, to a file or to stdout."),
    "stats": ("itgraph.cli.stats:stats", "Count entities, statements, sources, anomalies and corrections."),
    "diff": ("itgraph.cli.diff:diff", "Say what changed from release A to release B."),
    "serve": ("itgraph.cli.serve:serve", "Serve the graph at /sparql until Ctrl-C."),
    "link": ("itgraph.cli.link:link", "Find what the entities are called elsewhere, and look the links up again."),
    "import": ("itgraph.cli.import_:import_", "Turn a source into entry files."),
    "validate": ("itgraph.cli.validate:validate", "Check the entries and print what is wrong as file:line: message."),
    "build": ("itgraph.cli.build:build", "Check the entries and write a release."),
    "doctor": (
        "itgraph.cli.doctor:doctor",
        "Examine the release and this machine, and print one line for each check.",
    ),
    "completion": (
        "itgraph.cli.completion:completion",
        "Print the script that completes commands and options in SHELL.",
    ),
}

INTERRUPTED = 130
#: What a shell reports of a program that a closed pipe ended.
BROKEN_PIPE = 141
#: What a full disk, a quota, a file too large, a fault of the device or a file opened for reading says to a write.
UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})


class CommandGroup(click.Group):
    """The top group: finds its commands late, and turns every failure into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is no such one."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line; with ``standalone_mode`` end the process with the exit code."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        session = extra.setdefault("obj", Session())
        if sys.stdout is None:
            say("stdout is closed — give it a file, or /dev/null")
            sys.exit(InputError.exit_code)
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            sys.stdout.flush()
        except ItgraphError as error:
            fail(error, session)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx is not None else "itgraph"
            say(f"{error.format_message().rstrip('.')} — see '{command} --help'")
            sys.exit(error.exit_code)
        except click.ClickException as error:
            say(error.format_message())
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            drop_output()
            sys.exit(BROKEN_PIPE)
        except OSError as error:
            # What reads and writes files says which; without a name it was stdout.
            if error.filename is not None or error.errno not in UNWRITABLE:
                raise
            drop_output()
            say(f"stdout: cannot be written: {error.strerror}")
            sys.exit(InputError.exit_code)
        sys.exit(result if isinstance(result, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command; a closed pipe is passed on before click ends the process for it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ClosedPipe from error


class ClosedPipe(BrokenPipeError):
    """A closed pipe without the error number that click acts upon."""


def drop_output() -> None:
    """Let stdout lead nowhere: the interpreter flushes it once more when it ends, and would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(message: str) -> None:
    click.echo("itgraph: " + " ".join(line.strip() for line in message.splitlines()), err=True)


def fail(error: ItgraphError, session: Session) -> NoReturn:
    """Print the error as one line, after the findings that it carries, and end with its exit code."""
    if session.verbosity > 1:
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    if isinstance(error, ProblemsFound):
        for finding in error.findings:
            click.echo(str(finding), err=True)
    say(str(error))
    sys.exit(error.exit_code)


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(itgraph.__version__, prog_name="itgraph", message="%(prog)s %(version)s", help="Show the version")
@verbose_option
def cli() -> None:
    """What a language model is built on, what it was trained on, and who says so.

    An ENTITY is given by its id (model/llama), its IRI, its label or another of its names, or by its identifier in
    another place (arxiv:2304.12244, wd:Q…, hf:bigscience/bloomz, the address of any of these). Commands that ask
    take the release from --release, else from the environment variable ITGRAPH_RELEASE, else from the checkout or
    the installed package.

    Exit codes: 0 done, 1 checked and found problems, 2 usage, 3 a file unreadable or unwritable, 4 release missing
    or unusable, 5 limit hit, 6 network, 130 interrupted.

    \b
    Example:
      itgraph lineage model/llama --down
    """


def main() -> None:
    """Run the command line with the arguments of the process."""
    cli.main(prog_name="itgraph")
