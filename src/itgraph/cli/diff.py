"""``itgraph diff``: what changed between two releases.

Example: ``itgraph diff release-1 release-2 --exit-code``.
"""

from __future__ import annotations

import click

from itgraph.cli.options import format_option, verbose_option
from itgraph.cli.output import interruptible, put

__all__ = ["diff"]


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@format_option(["text", "json"], "text", "How to write the difference")
@click.option("--exit-code", is_flag=True, help="End with 1 where the releases differ")
@verbose_option
def diff(before: str, after: str, form: str, exit_code: bool) -> int:
    """Say what changed from release A to release B, each a folder that 'itgraph build' wrote.

    Entities and statements are added, removed or changed; a statement may also be refuted by a correction, restored,
    or told by other sources than before. What is derived from the statements, and what is said about the sources
    themselves, stands apart. A base that moved is no difference.

    \b
    Example:
      itgraph diff release-1 release-2
    """
    with interruptible():
        from itgraph.difference import difference
        from itgraph.difference_format import FORMATS

        result = difference(before, after)
        text = FORMATS[form](result)
    put(text)
    return int(exit_code and bool(result.subjects))
