"""itgraph: what a language model is built on, what it was trained on, who made that data, and who says so.

The Python door to a release of the graph. Nothing heavy is imported before :func:`open` is called::

    import itgraph

    graph = itgraph.open()
    for node in graph.lineage("model/llama", direction="down").nodes:
        print(node.hops, node.label, node.via[0].sources)
    graph.ask("built-on", base="LLaMA").to_pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from itgraph.graph import Graph

__all__ = ["__version__", "open"]

__version__ = "0.1.0"


def open(release: str | os.PathLike[str] | None = None) -> Graph:
    """Open a release, or an endpoint that serves one, and return the graph in it.

    Args:
        release: a folder that ``itgraph build`` wrote, or the URL of an endpoint, such as
            ``http://127.0.0.1:8080/sparql``; by default the folder that the environment variable ``ITGRAPH_RELEASE``
            names, else the checkout's ``build/``, else the one in the installed package.

    Raises:
        itgraph.errors.StoreError: there is no release, or it was cut off or changed after it was built.
        itgraph.errors.UsageError: not the URL of an endpoint.
    """
    from itgraph.graph import Graph

    return Graph.open(release)
