"""``itgraph import``: a source that is not ours becomes entry files.

Example: ``itgraph import survey README.md --out data/survey``.
"""

from __future__ import annotations

import click

from itgraph.cli.options import Folder, data_option, verbose_option
from itgraph.cli.output import put

__all__ = ["import_"]


@click.group(name="import")
@verbose_option
def import_() -> None:
    """Turn a source into entry files.

    \b
    Example:
      itgraph import survey README.md
    """


@import_.command()
@click.argument("file", type=click.Path())
@click.option(
    "--out", type=Folder(), metavar="DIR", help="Write the entry files to this folder, by default survey/ of the data"
)
@data_option
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file would change")
@click.option("--stubs", is_flag=True, help="Print a registry entry to paste for each unknown name")
@verbose_option
@click.pass_context
def survey(ctx: click.Context, file: str, out: str | None, data: str | None, check: bool, stubs: bool) -> None:
    """Read the README of a survey and write its rows and references as entries.

    Prints a summary and the numbered list of anomalies: what the README prints that cannot be right or clear.

    \b
    Example:
      itgraph import survey README.md --check
    """
    from pathlib import Path

    from itgraph.resources import data_dir
    from itgraph.survey.importer import import_survey

    entries = Path(data) if data else data_dir()
    summary = import_survey(Path(file), Path(out) if out else entries / "survey", data=entries, check=check)
    for number, anomaly in enumerate(summary.anomalies, start=1):
        settled = " (settled)" if anomaly.settled else ""
        put(f"{number:>4}. {file}:{anomaly.line}: {anomaly.kind}: {anomaly.message}{settled}\n")
    if stubs:
        unique = dict.fromkeys(anomaly.stub for anomaly in summary.anomalies if anomaly.stub)
        first = {stub.partition("\n")[0]: stub for stub in reversed(unique)}
        put("".join(f"\n{stub.rstrip()}\n" for stub in reversed(first.values())))
    put("".join(f"{line}\n" for line in summary.lines()))
    if check and summary.changed:
        click.echo(f"itgraph: would change: {', '.join(summary.changed)}", err=True)
        ctx.exit(1)
