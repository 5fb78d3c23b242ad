"""Mapping sets in SSSOM 1.1, the Simple Standard for Sharing Ontological Mappings (https://w3id.org/sssom/spec).

Below both sides: the build reads the link tables (``data/links/*.sssom.tsv``), the reconcilers write them, and a
release gives them back. ``reading`` (with ``metadata``, its head) and ``writing`` are SSSOM/TSV, ``rdf`` is SSSOM/RDF.

>>> from itgraph.resources import data_dir
>>> read_set(data_dir() / "links" / "wikidata.sssom.tsv").mapping_set_id
'https://w3id.org/itgraph/links/wikidata'
"""

from __future__ import annotations

from itgraph.sssom.model import ABSENT, NOT, PRESENT, STATES, UNCHECKED, Mapping, MappingSet
from itgraph.sssom.reading import read_set
from itgraph.sssom.writing import written

__all__ = ["ABSENT", "NOT", "PRESENT", "STATES", "UNCHECKED", "Mapping", "MappingSet", "read_set", "written"]
