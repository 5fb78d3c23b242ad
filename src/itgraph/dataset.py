"""The data set as such: its title, its licences, and the graphs in which a release describes itself.

Ground floor: imports the names alone. The build writes this into the graph ``void``, the endpoint and the catalogue say
the same of the release that they serve.

>>> BASE + DATASET
'https://w3id.org/itgraph/void#dataset'
"""

from __future__ import annotations

from itgraph.namespaces import BASE

__all__ = [
    "CODE_LICENCE",
    "DATASET",
    "DATA_LICENCE",
    "DESCRIPTION",
    "PROJECT",
    "QUERIES",
    "SELF_DESCRIPTION",
    "TITLE",
    "VOID_GRAPH",
    "is_self_description",
]

#: The project, wherever a release has its entities.
PROJECT = BASE

TITLE = "itgraph: the lineage of instruction-tuned language models"
DESCRIPTION = (
    "What instruction-tuned language models are built on, what they were trained on, who made that data, who wrote "
    "them up, and which source says so."
)
#: Of the data and the ontology (LICENSE-DATA), and of everything else, the saved queries included (LICENSE).
DATA_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CODE_LICENCE = "https://spdx.org/licenses/Apache-2.0"

#: The graph of the saved queries, and that of the statistics.
QUERIES = "queries"
VOID_GRAPH = "void"
#: The graphs that say nothing of any entity: the release about itself.
SELF_DESCRIPTION = frozenset({QUERIES, VOID_GRAPH})
#: The id of the data set. Not the graph's own: what ``about`` says of that graph is no statement about the data set.
DATASET = f"{VOID_GRAPH}#dataset"


def is_self_description(identifier: str) -> bool:
    """Tell whether the id is of a node by which a release describes itself, and so of no entity.

    >>> is_self_description("queries#built-on"), is_self_description("queries"), is_self_description("model/llama")
    (True, False, False)
    """
    graph, hash_, _ = identifier.partition("#")
    return bool(hash_) and graph in SELF_DESCRIPTION
