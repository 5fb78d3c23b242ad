"""What the saved questions cost, in one table: part of ``make bench``, kept by ``make bench ARGS=--write``.

Each question with its example, three ways: the engine alone (the bound text, every row read), ``graph.ask`` in Python,
and ``itgraph query`` as a whole process. Runs alternate, and the median counts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from measuring import command, machine, medians, table_of

ITGRAPH = Path(sys.executable).with_name("itgraph")


def measure(runs: int, scratch: Path) -> list[str]:
    """Return the table."""
    import pyoxigraph as ox

    import itgraph
    from itgraph import resources
    from itgraph.asking import ask
    from itgraph.build import build
    from itgraph.queries import Query, load
    from itgraph.store import Store

    release = scratch / "release"
    build(resources.data_dir(), release, shacl=False)
    store = Store.open(release)
    graph = itgraph.open(release)

    def engine(text: str) -> Callable[[], object]:
        def read() -> object:
            answer = store.query(text)
            return answer if isinstance(answer, ox.QueryBoolean) else list(answer)

        return read

    def python(query: Query, values: dict[str, str]) -> Callable[[], object]:
        return lambda: graph.ask(query.name, **values)

    lines = [
        machine("itgraph", "pyoxigraph"),
        f"Medians of {runs} runs, in milliseconds; a ratio is against the engine alone.",
        "",
        "| question | engine | Python | ratio | command |",
        "|---|---|---|---|---|",
    ]
    for query in load().values():
        values = {parameter.name: str(parameter.example) for parameter in query.parameters}
        words = [word for name, value in values.items() for word in ("--param", f"{name}={value}")]
        line = command(ITGRAPH, "query", query.name, *words, "--format", form_of(query.text), "--release", release)
        alone, asked, process = medians(runs, engine(ask(store, query, values)), python(query, values), line)
        cells = (f"{alone * 1000:.2f}", f"{asked * 1000:.2f}", f"{asked / alone:.1f} ×", f"{process * 1000:.0f}")
        lines.append(f"| {query.name} | {' | '.join(cells)} |")
    return lines


def form_of(text: str) -> str:
    """Return a format that fits the answer to the query."""
    return "nt" if "CONSTRUCT" in text else "json"


if __name__ == "__main__":
    table_of(measure, "Saved questions", "RESULTS-questions.md", 3, __doc__)
