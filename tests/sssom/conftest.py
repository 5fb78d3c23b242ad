"""A link table of every kind of row, and what the tests of mapping sets share."""

from __future__ import annotations

from itgraph.sssom import ABSENT, NOT, PRESENT, UNCHECKED, Mapping, MappingSet

BY_HAND = "semapv:ManualMappingCuration"
PREFIXES = {
    "itgraph": "https://w3id.org/itgraph/",
    "orcid": "https://orcid.org/",
    "wd": "http://www.wikidata.org/entity/",
}


def table(*rows: Mapping) -> MappingSet:
    """Return a mapping set with these rows, by the name of the real one."""
    title, licence = "Items of Wikidata", "https://creativecommons.org/licenses/by/4.0/"
    return MappingSet("https://w3id.org/itgraph/links/wikidata", title, licence, rows, curie_map=PREFIXES)


EVERY_KIND = table(
    Mapping(
        "itgraph:model/llama",
        "skos:closeMatch",
        "wd:Q9000000001",
        BY_HAND,
        subject_label='LLaMA, "7B"\tand\nmore',
        object_label="LLaMA",
        object_category="model",
        author_id=("orcid:0000-0002-1825-0097",),
        mapping_provider="https://example.org/llama",
        mapping_tool="itgraph",
        mapping_date="2026-01-01",
        confidence="0.97",
        match_string=(r"a|b\c", "d"),
        see_also=("https://example.org/1", "https://example.org/2"),
        state=PRESENT,
    ),
    Mapping(
        "itgraph:dataset/alpaca",
        "skos:exactMatch",
        "sssom:NoTermFound",
        "semapv:LexicalMatching",
        mapping_provider="https://example.org/search",
        mapping_date="2026-01-02",
        state=ABSENT,
    ),
    Mapping(
        "itgraph:person/x",
        "skos:exactMatch",
        "wd:Q9000000002",
        BY_HAND,
        object_label="X",
        mapping_provider="https://example.org/x",
        mapping_date="2026-01-03",
        state=UNCHECKED,
    ),
    Mapping(
        "itgraph:model/llama",
        "skos:exactMatch",
        "wd:Q9000000003",
        BY_HAND,
        predicate_modifier=NOT,
        mapping_provider="https://example.org/animals",
        mapping_date="2026-01-04",
        comment="the animal",
    ),
)
