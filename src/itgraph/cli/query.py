"""``itgraph query``: a saved question, or SPARQL of one's own, over the release or any endpoint.

The query is evaluated in a process of its own, so that Ctrl-C and ``--timeout`` end it at once.

Example: ``itgraph query built-on --param base=LLaMA``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from itgraph.cli.options import format_option, release_option, verbose_option
from itgraph.cli.output import put, put_bytes, show_table
from itgraph.errors import InputError, UsageError, echo
from itgraph.question import OF_GRAPHS, OF_SOLUTIONS

if TYPE_CHECKING:
    from itgraph.queries import Query
    from itgraph.question import Answered

__all__ = ["query"]

STDIN = "<stdin>"
#: The greatest time limit in seconds, more than a week: the system waits no longer than 2^31 milliseconds.
LONGEST = 1_000_000


def as_parameters(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Read NAME=VALUE; a name that is given again has several values."""
    parameters: dict[str, tuple[str, ...]] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not (name and equals):
            raise click.BadParameter(f"{echo(item)} is not NAME=VALUE")
        parameters[name] = (*parameters.get(name, ()), value)
    return parameters


def as_seconds(_: click.Context, __: click.Parameter, given: float | None) -> float | None:
    """Refuse what is no number, which is neither below nor above the bounds."""
    if given is not None and given != given:
        raise click.BadParameter("nan is not a number of seconds")
    return given


def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Return the saved queries that begin so, for the completion of the shell."""
    from itgraph.queries import federated, names

    return sorted(name for name in [*names(), *federated()] if name.startswith(incomplete))


@click.command()
@click.argument("name", required=False, metavar="NAME|FILE|-", shell_complete=complete)
@click.option(
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    callback=as_parameters,
    help="Give a parameter its value; repeat it for other parameters and for further values",
)
@click.option("--list", "listing", is_flag=True, help="List the saved queries and their parameters")
@click.option("--show", "showing", is_flag=True, help="Print the SPARQL and do not run it")
@format_option(
    [*OF_SOLUTIONS, *OF_GRAPHS], None, "How to write the answer: table for SELECT and ASK, ttl for CONSTRUCT by default"
)
@click.option("--iris", is_flag=True, help="Show ids in tables, and not labels")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the release")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True, max=LONGEST),
    metavar="SECONDS",
    callback=as_seconds,
    help="Give up after so many seconds, with exit code 5",
)
@click.option("--exit-status", is_flag=True, help="Exit with 1 where the answer of ASK is false")
@release_option
@verbose_option
@click.pass_context
def query(
    ctx: click.Context,
    name: str | None,
    params: dict[str, tuple[str, ...]],
    listing: bool,
    showing: bool,
    form: str | None,
    iris: bool,
    endpoint: str | None,
    timeout: float | None,
    exit_status: bool,
    release: str | None,
) -> None:
    """Answer a saved query by its NAME, or the SPARQL in FILE, or on stdin for "-".

    The value of a parameter may be an id, a label or another name; several values mean any of them, where the
    rows say which. In SPARQL of your own, the prefixes of the project need no declaration, and <model/llama>
    stands for the full IRI.

    \b
    Examples:
      itgraph query --list
      itgraph query built-on --param base=LLaMA
      echo 'SELECT ?m { ?m itg:basedOn <model/llama> }' | itgraph query - --format csv
      itgraph query built-on --param base=Alpaca --endpoint http://127.0.0.1:8080/sparql
    """
    if listing:
        refuse_beside(ctx, "listing", "form")
        list_queries(form)
        return
    if name is None:
        raise click.UsageError("Missing argument 'NAME|FILE|-'; --list names the saved queries", ctx)
    if endpoint is not None and release is not None:
        raise click.UsageError("--endpoint and --release: ask one of them", ctx)
    if showing:
        refuse_beside(ctx, "showing", "name", "params", "endpoint", "release", "timeout")
    asked = find(name)
    if showing and not params and not asked.parameters:
        put(asked.text)
        return

    from itgraph.question import Question
    from itgraph.worker import run

    question = Question(asked, params, release, endpoint, form, iris, timeout)
    if showing:
        put(run("itgraph.answering:bound_text", question, timeout=timeout))
        return
    answered: Answered = run("itgraph.answering:answer", question, timeout=timeout)
    for notice in answered.notices:
        click.echo(f"itgraph: {notice}", err=True)
    if answered.body is not None:
        put_bytes(answered.body)
    else:
        show_table(answered.header, answered.rows)
    if exit_status and answered.truth is False:
        ctx.exit(1)


def refuse_beside(ctx: click.Context, mode: str, *heeded: str) -> None:
    """Refuse whatever was given beside ``--list`` or ``--show`` and would be ignored.

    Raises:
        click.UsageError: names the first of them.
    """
    for parameter in ctx.command.params:
        given = ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
        if given and parameter.expose_value and parameter.name not in (mode, *heeded):
            one = parameter.opts[0] if isinstance(parameter, click.Option) else f"'{parameter.make_metavar(ctx)}'"
            raise click.UsageError(f"--{mode.removesuffix('ing')} takes no {one}", ctx)


def find(name: str) -> Query:
    """Return the query that is meant: a saved one, else a file, else stdin.

    Raises:
        UsageError: neither a saved query nor a file, and not written like one.
        InputError: the file cannot be read, is not UTF-8, or its header does not describe it.
    """
    from itgraph import queries

    if name == "-":
        return queries.parse(from_stdin(), STDIN)
    if name not in [*queries.names(), *queries.federated()]:
        if "{" in name:
            raise UsageError("SPARQL is read from a file or from stdin", hint="echo '…' | itgraph query -")
        if is_there(name) or "/" in name or name.endswith((".rq", ".sparql")):
            return queries.read(name)
    return queries.find(name)


def is_there(name: str) -> bool:
    """Tell whether there is a file of that name; one that no system could have is not there."""
    from pathlib import Path

    try:
        return Path(name).exists()
    except OSError:
        return False


def from_stdin() -> bytes:
    """Return what stdin gives.

    Raises:
        InputError: it is closed, or a folder.
    """
    if sys.stdin is None:
        raise InputError("is closed", hint="give the query by a pipe or a file", path=STDIN)
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=STDIN) from error


def list_queries(form: str | None) -> None:
    """Print the saved queries: names, what they ask, and their parameters.

    Raises:
        UsageError: the format is not one of the list.
        InputError: the header of a query cannot be read.
    """
    from itgraph.queries import federated, find, load

    if form not in (None, "table", "json"):
        raise UsageError(f"the format {form} is not for the list", hint="it has table and json")
    saved = [*load().values(), *map(find, federated())]
    if form == "json":
        import json
        from dataclasses import asdict

        entries = [{key: value for key, value in asdict(query).items() if key != "text"} for query in saved]
        put(json.dumps(entries, ensure_ascii=False, indent=2) + "\n")
        return
    rows = [(query.name, query.summary, ", ".join(p.name for p in query.parameters)) for query in saved]
    show_table(("query", "what it asks", "parameters"), rows)
