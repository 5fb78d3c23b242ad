"""``itgraph doctor``: a release examined from end to end, and what this machine can do.

Example: ``itgraph doctor --release build``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from itgraph.cli.options import format_option, release_option, verbose_option
from itgraph.cli.output import interruptible, put
from itgraph.errors import ProblemsFound, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from itgraph.checkup import Outcome

__all__ = ["doctor"]


@click.command()
@format_option(["text", "json"], "text", "How to write what was found")
@release_option
@verbose_option
def doctor(form: str, release: str | None) -> int:
    """Examine the release and this machine, and print one line for each check.

    Every file is compared with the manifest, the dump is read to its end and counted, and the search index is gone
    through. The dump is streamed, so that one of any size can be examined. A problem ends the command with 1; a
    warning does not.

    \b
    Example:
      itgraph doctor
    """
    with interruptible():
        from itgraph.checkup import Verdict, examine, examine_machine
        from itgraph.store import find_release

        outcomes = list(examine_machine())
        try:
            folder = find_release(release)
        except StoreError:
            put(written(form, None, outcomes))
            raise
        outcomes += examine(folder)
    put(written(form, folder, outcomes))
    problems, warnings = (
        sum(outcome.verdict is verdict for outcome in outcomes) for verdict in (Verdict.PROBLEM, Verdict.WARNING)
    )
    if form == "text":
        found = f"{problems} problem{'s' * (problems != 1)}, {warnings} warning{'s' * (warnings != 1)}"
        click.echo(found, err=True)
    return ProblemsFound.exit_code if problems else 0


def written(form: str, folder: Path | None, outcomes: Sequence[Outcome]) -> str:
    """Return the outcomes as text or JSON (RFC 8259)."""
    if form == "json":
        import json

        checks = [{"check": o.check, "verdict": o.verdict.value, "message": o.text} for o in outcomes]
        data = {"release": None if folder is None else str(folder), "checks": checks}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    from itgraph.lineage_format import printable

    return "".join(f"{o.verdict:<8} {o.check:<13} {printable(o.text)}\n" for o in outcomes)
