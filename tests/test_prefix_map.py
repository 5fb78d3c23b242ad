"""The table of places: identifiers as people write them, and the rules and shapes that must agree with it."""

from __future__ import annotations

import re

import curies
import pyoxigraph as ox
import pytest

from itgraph.namespaces import PREFIXES, SCHEMA, SH
from itgraph.ontology import Source, load
from itgraph.prefix_map import converter, identifier, identifier_of, places

#: Two prefixes that no identifier of an entity begins with: an arXiv id and a link to Wikidata are stated otherwise.
STATED_OTHERWISE = {"arxiv", "wd"}


@pytest.mark.parametrize(
    ("given", "curie", "iri"),
    [
        ("arxiv:2304.12244", "arxiv:2304.12244", "https://arxiv.org/abs/2304.12244"),
        ("arXiv:2304.12244v3", "arxiv:2304.12244", "https://arxiv.org/abs/2304.12244"),
        ("arxiv:cs.CL/9901001", "arxiv:cs/9901001", "https://arxiv.org/abs/cs/9901001"),
        ("http://arxiv.org/pdf/2304.12244v2.pdf", "arxiv:2304.12244", "https://arxiv.org/abs/2304.12244"),
        ("DOI:10.1000/182", "doi:10.1000/182", "https://doi.org/10.1000/182"),
        ("https://dx.doi.org/10.18653/V1/P19-1001", "doi:10.18653/v1/p19-1001", "https://doi.org/10.18653/v1/p19-1001"),
        (
            "doi:10.48550/ARXIV.2304.12244",
            "doi:10.48550/arXiv.2304.12244",
            "https://doi.org/10.48550/arXiv.2304.12244",
        ),
        ("https://doi.org/10.1000/a%3C1%3E", "doi:10.1000/a<1>", "https://doi.org/10.1000/a%3C1%3E"),
        ("acl:2023.wassa-1.3", "acl:2023.wassa-1.3", "https://aclanthology.org/2023.wassa-1.3"),
        (
            "https://aclanthology.org/2023.wassa-1.3.pdf",
            "acl:2023.wassa-1.3",
            "https://aclanthology.org/2023.wassa-1.3",
        ),
        ("https://aclanthology.org/P19-1001/", "acl:P19-1001", "https://aclanthology.org/P19-1001"),
        ("https://openreview.net/pdf?id=a_B-1", "openreview:a_B-1", "https://openreview.net/forum?id=a_B-1"),
        ("https://www.github.com/example/case.git", "github:example/case", "https://github.com/example/case"),
        ("hf:example/case-7b", "huggingface:example/case-7b", "https://huggingface.co/example/case-7b"),
        (
            "https://hf.co/datasets/example/case",
            "huggingface:datasets/example/case",
            "https://huggingface.co/datasets/example/case",
        ),
        ("s2:CorpusID:1", "semanticscholar:CorpusID:1", "https://api.semanticscholar.org/CorpusID:1"),
        (
            "https://dblp.org/rec/journals/corr/abs-2304-12244.html",
            "dblp:journals/corr/abs-2304-12244",
            "https://dblp.org/rec/journals/corr/abs-2304-12244",
        ),
        ("wikidata:Q9000000001", "wd:Q9000000001", "http://www.wikidata.org/entity/Q9000000001"),
        ("https://www.wikidata.org/wiki/Q9000000001", "wd:Q9000000001", "http://www.wikidata.org/entity/Q9000000001"),
        ("ORCID:0000-0000-0000-000X", "orcid:0000-0000-0000-000X", "https://orcid.org/0000-0000-0000-000X"),
        ("ror:05wx9n238", "ror:05wx9n238", "https://ror.org/05wx9n238"),
    ],
)
def test_every_spelling_is_one_identifier(given: str, curie: str, iri: str) -> None:
    found = identifier_of(given) if "://" in given else identifier(given)
    assert found is not None
    assert (found.curie, found.iri) == (curie, iri)
    assert found.place == places()[found.prefix]["name"]
    assert identifier(found.curie) == identifier_of(found.iri) == found


@pytest.mark.parametrize(
    "given",
    [
        "",
        "arxiv:",
        "arxiv",
        "2304.12244",
        "arxiv:2304.1",
        "arxiv:2304.12244\n",
        "unknown:1",
        "github:example",
        "doi:10.1000",
        "doi:10.1000/a b",
        "https://doi.org/10.1000/a%0Ab",
        "https://github.com/example",
        "https://github.com/example/case/tree/main/folder",
        "https://huggingface.co/datasets/example/case/tree/main",
        "https://openreview.net/forum?id=a&noteId=b",
        "https://example.org/2304.12244",
        "https://arxiv.org/list/cs/recent",
        "wd:L1",
    ],
)
def test_what_no_place_has_is_no_identifier(given: str) -> None:
    assert (identifier_of(given) if "://" in given else identifier(given)) is None


def test_the_table_is_a_prefix_map_without_ambiguity() -> None:
    assert list(places()) == sorted(places())
    assert isinstance(converter(), curies.Converter)
    assert {record.prefix for record in converter().records} == set(places())
    for prefix, place in places().items():
        assert prefix not in PREFIXES
        assert place["name"]
        re.compile(place["pattern"])
        # Matched by engines of SHACL too, so within what XPath has of regular expressions.
        assert "(?" not in place["pattern"]


@pytest.mark.parametrize("rule", load().rules, ids=lambda rule: rule.name)
def test_what_a_rule_writes_is_of_the_table(rule: Source) -> None:
    """Every IRI of a rule is one of the vocabularies, or the beginning of the identifiers of one place."""
    prefixes = places()
    known = {**PREFIXES, **{prefix: place["uri_prefix"] for prefix, place in prefixes.items()}}
    for prefix, iri in re.findall(r"PREFIX (\w+): <(.+)>", rule.text):
        assert known[prefix] == iri
    body = re.sub(r"^(#|PREFIX ).*", "", rule.text, flags=re.MULTILINE)
    for iri in re.findall(r"<(https?://[^>]+)>", body):
        assert iri.startswith(tuple(place["uri_prefix"] for place in prefixes.values()))
    for prefix, iri in re.findall(r'\("([a-z]+):" <([^>]+)>', body):
        assert prefixes[prefix]["uri_prefix"] == iri


def test_the_rules_about_places_are_read() -> None:
    """The test above looks for rows of two forms; that there are some is no matter of course."""
    texts = {rule.name: rule.text for rule in load().rules}
    assert len(re.findall(r'\("[a-z]+:" <', texts["match-by-identifier"])) == 7
    assert len(re.findall(r'\("[a-z]+:" <', texts["repository-identifier"])) == 2
    assert len(re.findall(r"<https://(?:doi|api|dblp)", texts["match-by-arxiv-id"])) == 3
    assert places()["arxiv"]["pattern"].replace("\\", "\\\\") in texts["match-by-arxiv-id"]


def test_the_shape_of_an_identifier_is_that_of_the_table() -> None:
    wanted = "|".join(
        f"^{prefix}:({place['pattern'].removeprefix('^').removesuffix('$').replace('$|^', '|')})$"
        for prefix, place in places().items()
        if prefix not in STATED_OTHERWISE
    )
    triples = [triple for source in load().shapes for triple in source.triples("https://example.org/")]
    [shape] = {
        t.subject
        for t in triples
        if t.predicate.value == SH + "path"
        and t.object == ox.NamedNode(SCHEMA + "identifier")
        and "form" in str(t.subject)
    }
    [pattern] = {t.object for t in triples if t.subject == shape and t.predicate.value == SH + "pattern"}
    assert pattern == ox.Literal(wanted)
