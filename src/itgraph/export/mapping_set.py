"""A mapping set of a release as the table that it was built from: SSSOM/TSV (https://w3id.org/sssom/spec).

Serve side, beside ``turtle``. The set is in memory whole: its rows are sorted.

Example: ``itgraph export --format sssom --graph links/wikidata``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import pyoxigraph as ox

from itgraph.errors import UsageError
from itgraph.namespaces import PREFIXES, RDF, SSSOM, WIKIDATA_PROPERTIES
from itgraph.prefix_map import converter
from itgraph.sssom import written
from itgraph.sssom.rdf import mapping_set_of

__all__ = ["write_mapping_set"]

TYPE, MAPPING_SET = ox.NamedNode(RDF + "type"), ox.NamedNode(SSSOM + "MappingSet")


def write_mapping_set(lines: Iterable[bytes], base: str, out: BinaryIO) -> None:
    """Write the mapping set that the statements of a graph (N-Triples) describe.

    Raises:
        UsageError: they describe none.
    """
    triples = [quad.triple for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_TRIPLES)]
    names = [t.subject for t in triples if t.predicate == TYPE and t.object == MAPPING_SET]
    if len(names) != 1 or not isinstance(names[0], ox.NamedNode):
        raise UsageError("this graph is no mapping set", hint="choose one of those below links/, or another format")
    places = converter().bimap
    # Rows name properties of Wikidata as the fields of an item.
    prefixes = {**PREFIXES, **places, **WIKIDATA_PROPERTIES, "itgraph": base}
    out.write(written(mapping_set_of(triples, names[0].value, prefixes)).encode())
