"""Names: what a person types, and the entity that is meant."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from itgraph.entity import resolve
from itgraph.errors import UsageError
from itgraph.namespaces import BASE, ITG
from itgraph.store import Store


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("model/alpaca", "model/alpaca"),
        ("  model/alpaca ", "model/alpaca"),
        (BASE + "dataset/alpaca", "dataset/alpaca"),
        ("LLaMA", "model/llama"),
        ("LLaMa", "model/llama"),
        ("llama", "model/llama"),
        ("radiology gpt", "model/radiology-gpt"),
        ("survey/models/4", "survey/models/4"),
        ("survey/models/4#training-set", "survey/models/4#training-set"),
        ("itg:basedOn", "itg:basedOn"),
        (ITG + "basedOn", "itg:basedOn"),
        ("model/alpaca/", "model/alpaca"),
        (BASE + "model/alpaca/", "model/alpaca"),
        ("http" + BASE.removeprefix("https") + "model/alpaca", "model/alpaca"),
        ("http" + BASE.removeprefix("https") + "model/alpaca/", "model/alpaca"),
    ],
)
def test_a_name_is_resolved(store: Store, name: str, identifier: str) -> None:
    found = resolve(store, name)
    assert (found.id, found.notice) == (identifier, None)


def test_the_entity_has_its_label_and_kind(store: Store) -> None:
    found = resolve(store, "LLaMa")
    assert (found.iri, found.label, found.kind) == (BASE + "model/llama", "LLaMA", "model")


@pytest.mark.parametrize("retired", ["model/llama-1", "model/llama-0", BASE + "model/llama-0"])
def test_a_retired_id_leads_to_its_successor_with_a_notice(store: Store, retired: str) -> None:
    found = resolve(store, retired)
    assert found.id == "model/llama"
    assert found.notice == f"{retired.removeprefix(BASE)} is now model/llama"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Alpaca", "say which: dataset/alpaca, model/alpaca"),
        ("ALPACA", "say which: dataset/alpaca, model/alpaca"),
        ("Vicunna", "did you mean model/vicuna?"),
        ("model/lama", "did you mean model/llama?"),
        ("Rohan Tauri", "did you mean person/rohan-taori?"),
        ("based on", "nothing is called 'based on'"),
        ("dataset/vicuna", "did you mean model/vicuna?"),
        ("dataset/Vicunna", "did you mean model/vicuna?"),
        ("modle/alpaca", "did you mean dataset/alpaca or model/alpaca?"),
        ("model/alpca", "did you mean model/alpaca or dataset/alpaca?"),
        ("model/zzzz", "an id looks like model/llama"),
        ("nope", "an id looks like model/llama"),
        ("clap", "an id looks like model/llama"),
        ("zzzzzz", "an id looks like model/llama"),
        ('a" } DROP ALL #', "nothing is called"),
        ("a\\", "nothing is called"),
        ("x> ?p ?o . <y", "nothing is called"),
        ("line\nbreak", "nothing is called"),
        ("%", "nothing is called '%'"),
        ("itg:a b", "nothing is called 'itg:a b'"),
        ("model/%zz", "nothing is called"),
        ("model/[llama]", "nothing is called"),
        ("http://[x/", "nothing is called"),
        ("model/\ue000", "nothing is called"),
        ("a\x00b", "nothing is called"),
        ("\udcff", "the name is not text"),
        ("model/\udcff", "the name is not text"),
        ("", "the name is empty"),
    ],
)
def test_a_name_of_nothing_or_of_two_things_says_what_to_type(store: Store, name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(store, name)
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


ELSEWHERE = """
@base <https://w3id.org/itgraph/> .
@prefix fair4ml: <https://w3id.org/fair4ml#> .
@prefix itg: <https://w3id.org/itgraph/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wd: <http://www.wikidata.org/entity/> .
<registry/model/x> { <model/x> a fair4ml:MLModel ; rdfs:label "X" ; skos:exactMatch wd:Q9000000001 . }
<registry/model/y> { <model/y> a fair4ml:MLModel ; rdfs:label "Y" ; skos:closeMatch wd:Q9000000001, wd:Q9000000002 . }
<links/wikidata> { wd:Q9000000001 rdfs:label "an item" . }
<registry/dataset/x> { <dataset/x> a schema:Dataset ; rdfs:label "X" ; schema:url <https://github.com/example/x/> . }
<survey/models/1> { <model/x> schema:codeRepository <https://github.com/example/x> . }
<derived> { <model/y> schema:identifier "huggingface:example/y" . }
<registry/paper/z> {
    <paper/z> a schema:ScholarlyArticle ; rdfs:label "https://doi.org/10.1000/183" ; itg:arxivId "2304.12244" ;
        skos:exactMatch <https://doi.org/10.1000/182> ;
        rdfs:seeAlso <https://dblp.org/rec/journals/corr/abs-2304-12244> .
}
"""


@pytest.fixture
def elsewhere(release_of: Callable[[str], Path]) -> Store:
    return Store.open(release_of(ELSEWHERE))


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("wd:Q9000000001", "model/x"),
        ("https://www.wikidata.org/wiki/Q9000000001", "model/x"),
        ("http://www.wikidata.org/entity/Q9000000001", "model/x"),
        ("wikidata:Q9000000002", "model/y"),
        ("hf:example/y", "model/y"),
        ("https://huggingface.co/example/y/", "model/y"),
        ("arxiv:2304.12244", "paper/z"),
        (" https://arxiv.org/pdf/2304.12244v2.pdf ", "paper/z"),
        ("DOI:10.1000/182", "paper/z"),
        ("dblp:journals/corr/abs-2304-12244", "paper/z"),
        # What is called by the address of something else is still called so.
        ("https://doi.org/10.1000/183", "paper/z"),
    ],
)
def test_an_identifier_of_another_place_is_a_name(elsewhere: Store, name: str, identifier: str) -> None:
    assert resolve(elsewhere, name).id == identifier


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("github:example/x", None, "is the name of 2 entities — say which: dataset/x, model/x"),
        ("https://github.com/example/x", None, "is the name of 2 entities — say which: dataset/x, model/x"),
        ("wd:Q9000000001", "dataset", "'wd:Q9000000001' is no dataset — it is the name of model/x"),
        ("wd:Q9000000003", None, "no entity has the identifier 'wd:Q9000000003'"),
        ("doi:10.1000/\x01\\", None, "no entity has the identifier"),
        ('doi:10.1000/"}#', None, "no entity has the identifier"),
        ("wd:nothing", None, "nothing is called 'wd:nothing'"),
    ],
)
def test_an_identifier_of_several_or_of_none_says_so(
    elsewhere: Store, name: str, kind: str | None, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(elsewhere, name, kind=kind)
    assert message in str(caught.value)


def test_a_kind_tells_apart_what_one_identifier_is_of(elsewhere: Store) -> None:
    assert resolve(elsewhere, "github:example/x", kind="dataset").id == "dataset/x"


class Recorder:
    """A store that keeps the queries that it is asked."""

    def __init__(self, store: Store) -> None:
        self.store, self.base, self.asked = store, store.base, list[str]()

    def select(self, text: str) -> Iterator[tuple[ox.NamedNode | ox.BlankNode | ox.Literal | None, ...]]:
        self.asked.append(text)
        return self.store.select(text)


def test_an_identifier_that_nothing_has_costs_few_queries_and_not_all_names(elsewhere: Store) -> None:
    recorder = Recorder(elsewhere)
    with pytest.raises(UsageError):
        resolve(recorder, "arxiv:2304.99999")
    assert len(recorder.asked) < 10
    # Only what asks for all names binds none of them.
    assert not [text for text in recorder.asked if "?entity ?name" in text and "VALUES ?name {" not in text]


@pytest.mark.parametrize(("name", "loaded"), [("LLaMA", False), ("itg:basedOn", False), ("arxiv:2302.13971", True)])
def test_only_what_looks_like_an_identifier_reads_the_table(small_release: Path, name: str, loaded: bool) -> None:
    code = (
        "import sys; from itgraph.entity import resolve; from itgraph.errors import UsageError; "
        "from itgraph.store import Store; import contextlib\n"
        "with contextlib.suppress(UsageError): resolve(Store.open(sys.argv[1]), sys.argv[2])\n"
        "print('curies' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(small_release), name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == [str(loaded)]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("model/mmlu", "did you mean benchmark/mmlu?"),
        ("nope", "an id looks like model/llama or dataset/alpaca"),
        ("organisation/openai", "did you mean organization/openai?"),
    ],
)
def test_what_is_offered_out_of_the_real_release(release: Path, name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(Store.open(release), name)
    assert caught.value.hint == hint
