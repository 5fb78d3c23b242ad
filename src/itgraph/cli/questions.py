"""The table of the saved queries in a page of the documentation, written out of the query files themselves.

A tool of the checkout, not a command: ``python -m itgraph.cli.questions docs/sparql.md``; a test compares the two.
What stands between the two marks is replaced, the rest of the page stays.
"""

from __future__ import annotations

import sys
from pathlib import Path

from itgraph.queries import Query, load

__all__ = ["page", "table"]

BEGIN = "<!-- Written by `make docs` from queries/*.rq; edit those, not this table. -->\n"
END = "<!-- The end of what `make docs` writes. -->\n"


def table() -> str:
    """Return the table: each query with a link to its file, what it asks, and its parameters with an example."""
    rows = ["| query | asks | parameters |", "|---|---|---|"]
    rows += [
        f"| [{query.name}](../queries/{query.name}.rq) | {cell(query.summary)} | {parameters(query)} |"
        for query in load().values()
    ]
    return "\n".join([*rows, ""])


def parameters(query: Query) -> str:
    """Return the parameters as one types them, the ones that may be left out in brackets."""
    written = (f"{parameter.name}={parameter.example}" for parameter in query.parameters)
    return "<br>".join(
        f"`[{text}]`" if parameter.default is not None else f"`{text}`"
        for parameter, text in zip(query.parameters, map(cell, written), strict=True)
    )


def cell(text: str) -> str:
    """Return the text for a cell of a Markdown table."""
    return text.replace("|", "\\|")


def page(text: str) -> str:
    """Return a page with the table of today between its marks.

    Raises:
        ValueError: the page has not the two marks, in this order.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks the mark {(END if begin else BEGIN).strip()}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> None:
    """Rewrite the table in the page named on the command line."""
    target = Path(sys.argv[1])
    waiting = target.with_name(target.name + ".new")
    waiting.write_text(page(target.read_text(encoding="utf-8")), encoding="utf-8")
    waiting.replace(target)


if __name__ == "__main__":
    main()
