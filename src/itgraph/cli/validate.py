"""``itgraph validate``: the entries checked, and nothing written.

Example: ``itgraph validate --format github``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from itgraph.cli.options import data_option, format_option, verbose_option
from itgraph.cli.output import put
from itgraph.errors import Finding, InputError, ProblemsFound, Severity
from itgraph.namespaces import BASE

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["validate"]


@click.command()
@data_option
@format_option(["text", "json", "github", "turtle"], "text", "How to write the findings; turtle is the SHACL report")
@click.option("--strict", is_flag=True, help="Count warnings as problems")
@verbose_option
@click.pass_context
def validate(ctx: click.Context, data: str | None, form: str, strict: bool) -> None:
    """Check the entries and print what is wrong as file:line: message.

    \b
    Example:
      itgraph validate --data data --strict
    """
    from pathlib import Path

    from itgraph.build import check
    from itgraph.resources import data_dir

    report: str | None = None
    findings: Sequence[Finding]
    try:
        findings, report = check(Path(data) if data else data_dir(), base=BASE, report=form == "turtle")
    except ProblemsFound as error:
        findings = error.findings
    if form == "turtle" and report is None:
        # What keeps the shapes from being asked is no SHACL result, and must be said all the same.
        click.echo(as_text(findings), err=True, nl=False)
    put(report or "" if form == "turtle" else WRITERS[form](findings))
    ctx.exit(judged(findings, strict))


def judged(findings: Sequence[Finding], strict: bool) -> int:
    """Say on stderr how many there are, and return the exit code."""
    warnings = sum(finding.severity is Severity.WARNING for finding in findings)
    problems = len(findings) - warnings
    click.echo(f"{problems} problem{'s' * (problems != 1)}, {warnings} warning{'s' * (warnings != 1)}", err=True)
    if any(finding.severity is Severity.UNREADABLE for finding in findings):
        return InputError.exit_code
    return ProblemsFound.exit_code if problems or (strict and warnings) else 0


def as_text(findings: Sequence[Finding]) -> str:
    return "".join(f"{finding}\n" for finding in findings)


def as_json(findings: Sequence[Finding]) -> str:
    import json

    data = [
        {
            "path": finding.path,
            "line": finding.line,
            "severity": finding.severity.value,
            "message": finding.message,
            "hint": finding.hint,
            "entity": finding.entity,
        }
        for finding in findings
    ]
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def as_github(findings: Sequence[Finding]) -> str:
    """Return workflow commands, which a forge shows as annotations beside the lines."""
    lines = []
    for finding in findings:
        level = "warning" if finding.severity is Severity.WARNING else "error"
        place = f"file={escape(finding.path, PROPERTY)},line={finding.line}"
        message = finding.message + (f" — {finding.hint}" if finding.hint else "")
        lines.append(f"::{level} {place}::{escape(message, MESSAGE)}\n")
    return "".join(lines)


MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
PROPERTY = MESSAGE | {":": "%3A", ",": "%2C"}


def escape(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)


WRITERS = {"text": as_text, "json": as_json, "github": as_github}
