"""Search over the real release and over made ones: what comes first, what is forgiven, and how much is given."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from itgraph.errors import UsageError
from itgraph.folding import squeezed, words
from itgraph.namespaces import BASE
from itgraph.search import MOST_HITS, Hit, SearchIndex, search
from itgraph.search_index import Named, write_index
from itgraph.store import Store

MakeIndex = Callable[[Sequence[Named]], SearchIndex]
OURS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


@pytest.fixture(scope="module")
def index(release: Path) -> Iterator[SearchIndex]:
    from itgraph.manifest import read_manifest

    with SearchIndex(release, read_manifest(release / "manifest.json")) as opened:
        yield opened


@pytest.fixture(scope="module")
def names(release: Path) -> list[tuple[str, str, str]]:
    """Return (id, kind, label) of every entity of the real release."""
    store = Store.open(release)
    rows = store.select("SELECT DISTINCT ?e ?l { ?e rdfs:label ?l }")
    found = [(e.value.removeprefix(BASE), label.value) for e, label in rows if e is not None and label is not None]
    entities = [(i, label) for i, label in found if re.fullmatch(r"[a-z-]+/[^/#:]+", i)]
    return sorted((i, i.partition("/")[0], label) for i, label in entities)


@pytest.fixture
def index_of(tmp_path: Path) -> Iterator[MakeIndex]:
    """Return a function that makes an index over entities and opens it."""
    opened: list[SearchIndex] = []

    def make(entities: Sequence[Named]) -> SearchIndex:
        path = tmp_path / f"{len(opened)}.sqlite"
        write_index(path, entities, "0")
        manifest = {"base": BASE, "sha256": "0", "search": {"file": path.name, "bytes": path.stat().st_size}}
        opened.append(SearchIndex(tmp_path, manifest))
        return opened[-1]

    yield make
    for made in opened:
        made.close()


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.id for hit in hits]


# What comes first, over the real release


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("llama", "model/llama"),
        ("LLaMA", "model/llama"),
        ("LLaMa 2", "model/llama-2"),
        ("llama2", "model/llama-2"),
        ("2 llama", "model/llama-2"),
        ("alapca", "model/alpaca"),
        ("ALPACA", "model/alpaca"),
        ("zettlemoyr", "person/luke-zettlemoyer"),
        ("zetlemoyr", "person/luke-zettlemoyer"),
        ("Zettlemoyer, Luke", "person/luke-zettlemoyer"),
        ("luke zett", "person/luke-zettlemoyer"),
        ("Björn Ommer", "person/bjorn-ommer"),
        ("bjorn ommer", "person/bjorn-ommer"),
        ("BJO\N{COMBINING DIAERESIS}RN OMMER", "person/bjorn-ommer"),
        ("few-shot learners", "paper/arxiv-2005.14165"),
        ("learners few shot", "paper/arxiv-2005.14165"),
        ("language models are few shot lerners", "paper/arxiv-2005.14165"),
        ("language models were few shot learners", "paper/arxiv-2005.14165"),
        ("MMLU", "benchmark/mmlu"),
        ("mmul", "benchmark/mmlu"),
        ("massive multitask", "benchmark/mmlu"),
        ("tulu", "model/tulu"),
        ("yizhong", "person/yizhong-wang"),
        ("self instruct", "dataset/self-instruct"),
        ("selfinstruct", "dataset/self-instruct"),
        ("self-instuct", "dataset/self-instruct"),
        ("gpt3", "model/gpt-3"),
        ("gpt 4", "model/gpt-4"),
        ("gtp4", "model/gpt-4"),
        ("2304.12244", "paper/arxiv-2304.12244"),
        ("arXiv:2304.12244", "paper/arxiv-2304.12244"),
        ("radiology gpt", "model/radiology-gpt"),
    ],
)
def test_the_entity_that_is_meant_comes_first(index: SearchIndex, text: str, first: str) -> None:
    assert ids(index.search(text))[:1] == [first]


@pytest.mark.parametrize(
    ("text", "kind", "among"),
    [
        ("wizard", None, {"model/wizardlm", "model/wizardcoder", "dataset/evol-instruct", "dataset/wizardcoder"}),
        ("wizrd", None, {"model/wizardlm", "model/wizardcoder"}),
        ("wizrd lm", None, {"model/wizardlm", "dataset/evol-instruct"}),
        ("alpaca", None, {"model/alpaca", "dataset/alpaca", "model/writing-alpaca"}),
        ("instruciton tuning", "paper", {"paper/arxiv-2304.03277"}),
    ],
)
def test_the_entities_that_may_be_meant_are_among_the_hits(
    index: SearchIndex, text: str, kind: str | None, among: set[str]
) -> None:
    assert among <= set(ids(index.search(text, kind=kind)))


def test_a_hit_says_what_it_is_and_which_name_fits(index: SearchIndex) -> None:
    (hit, *_) = index.search("massive multitask language understanding")
    expected = Hit(
        "benchmark/mmlu", f"{BASE}benchmark/mmlu", "MMLU", "benchmark", "Massive Multitask Language Understanding", 0.9
    )
    assert hit == expected


def test_only_the_kind_that_is_asked_for(index: SearchIndex) -> None:
    assert ids(index.search("alpaca", kind="dataset"))[0] == "dataset/alpaca"
    for kind in index.kinds:
        assert {hit.kind for hit in index.search("a", kind=kind, limit=100)} <= {kind}
    assert index.search("yizhong", kind="model") == []


@pytest.mark.parametrize("kinds", [["dataset", "model"], ["model", "dataset", "model"]])
def test_several_kinds_are_those_of_each_in_one_order(index: SearchIndex, kinds: list[str]) -> None:
    hits = index.search("alpaca", kind=kinds, limit=100)
    assert {hit.kind for hit in hits} == {"model", "dataset"}
    assert ids(hits)[:2] == ["model/alpaca", "dataset/alpaca"]
    assert set(ids(hits)) >= {*ids(index.search("alpaca", kind="model")), *ids(index.search("alpaca", kind="dataset"))}
    assert ids(index.search("alpaca", kind=[])) == ids(index.search("alpaca"))


@pytest.mark.parametrize(
    ("text", "kind", "first"),
    [
        ("model/llama", None, "model/llama"),
        (f" {BASE}model/llama ", None, "model/llama"),
        ("dataset/alpaca", "dataset", "dataset/alpaca"),
        ("model/gpt-version-not-stated", "model", "model/gpt-version-not-stated"),
    ],
)
def test_an_id_or_iri_is_its_entity_first(index: SearchIndex, text: str, kind: str | None, first: str) -> None:
    hits = index.search(text, kind=kind)
    assert (hits[0].id, hits[0].matched, hits[0].score) == (first, first, 1.0)
    assert len(ids(hits)) == len(set(ids(hits)))
    assert ids(index.search(text, kind=kind, limit=1)) == [first]
    assert first not in ids(index.search(text, kind="person"))


def test_half_a_character_is_no_id(index: SearchIndex) -> None:
    assert index.search("model/llama\ud800", kind="person") == index.search("model/llama", kind="person")


def test_the_same_from_a_store_and_from_a_folder(release: Path, index: SearchIndex) -> None:
    expected = index.search("llama")
    assert search(Store.open(release), "llama") == expected
    assert search(str(release), "llama") == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "modle"}, "there is no kind 'modle' — say one of benchmark, "),
        ({"kind": ""}, "there is no kind ''"),
        ({"limit": 0}, "the limit is 0 — give a number from 1 to 1000"),
        ({"limit": MOST_HITS + 1}, "the limit is 1001"),
    ],
)
def test_a_kind_or_limit_that_means_nothing_is_refused(
    index: SearchIndex, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        index.search("llama", **arguments)
    assert str(caught.value).startswith(message)


# Order


def test_exact_label_then_exact_name_then_beginning_then_words_then_slips(index_of: MakeIndex) -> None:
    better = [
        Named("model/label", "model", 0, "Falcon"),
        Named("model/other", "model", 1, "Bird", ("falcon",)),
        Named("model/beginning", "model", 2, "Falcon chat"),
        Named("model/part-of-word", "model", 3, "Falconry"),
        Named("model/words", "model", 4, "The falcon"),
        Named("model/begun", "model", 5, "A falconer"),
    ]
    slip = Named("model/slip", "model", 6, "Flacon")
    hits = index_of([slip, *reversed(better)]).search("falcon")
    assert ids(hits) == [entity.id for entity in (*better, slip)]
    scores = [hit.score for hit in hits]
    assert scores == sorted(set(scores), reverse=True)


def test_of_names_with_slips_the_nearest_and_the_whole_come_first(index_of: MakeIndex) -> None:
    nearer = [
        Named("model/one", "model", 0, "Wizardry"),
        Named("model/one-of-many", "model", 1, "The Wizardry"),
        Named("model/two", "model", 2, "Wiardra"),
    ]
    hits = index_of([*reversed(nearer), Named("model/far", "model", 3, "Lizard")]).search("wizardrx")
    assert ids(hits) == ["model/one", "model/one-of-many"]
    hits = index_of(nearer[2:]).search("wizardrx")
    assert ids(hits) == ["model/two"]


def test_what_is_there_as_typed_does_not_hide_what_is_one_slip_away(index_of: MakeIndex) -> None:
    index = index_of([Named("model/form", "model", 0, "Form"), Named("model/from", "model", 9, "From scratch")])
    assert ids(index.search("form")) == ["model/form", "model/from"]


def test_among_equals_what_more_statements_point_at_comes_first(index_of: MakeIndex) -> None:
    entities = [Named(f"{kind}/{n}", kind, n, "Twin") for n, kind in enumerate(("model", "dataset", "paper"))]
    assert ids(index_of(entities).search("twin")) == ["paper/2", "dataset/1", "model/0"]


def test_no_number_of_other_names_hides_an_exact_one(index_of: MakeIndex) -> None:
    crowd = [Named(f"model/{n}", "model", 1000 - n, f"Llama chat {n} owl{n % 90}x") for n in range(900)]
    wanted = Named("dataset/wanted", "dataset", 0, "Llama chat")
    index = index_of([*crowd, wanted])
    assert ids(index.search("llama chat"))[0] == "dataset/wanted"
    assert ids(index.search("lama chat"))[0] == "dataset/wanted"
    assert ids(index.search("chat llama", kind="dataset")) == ["dataset/wanted"]
    # More words begin with "o" than are remembered for it, and none of those stands in this name.
    rare = [*crowd, *(Named(f"model/o{n}", "model", 5, f"o{n}") for n in range(200)), Named("p/o", "p", 0, "Zed Ommer")]
    assert ids(index_of(rare).search("zed o")) == ["p/o"]
    # Nor do names that hold some of the words take the place of those that hold all of them but for a slip.
    crowd = [Named(f"model/{n}", "model", 9, f"Zed x{n}") for n in range(400)]
    others = [*rare[900:1100], Named("p/o", "p", 0, "Zed Ommer")]
    assert ids(index_of([*crowd, *others]).search("zed omer")) == ["p/o"]


def test_all_words_but_one_are_enough_only_where_nothing_holds_all(index_of: MakeIndex) -> None:
    index = index_of([Named("p/1", "p", 0, "Language models are few-shot learners"), Named("p/2", "p", 9, "Few cats")])
    assert ids(index.search("few shot xqzvwkj learners")) == ["p/1"]
    assert index.search("few shot xqzvwkj learners")[0].score == 0.1
    assert index.search("few xqzvwkj") == []


def test_as_many_hits_as_asked_for(index_of: MakeIndex) -> None:
    index = index_of([Named(f"model/{n}", "model", n, f"Llama {n}") for n in range(1500)])
    for limit in (1, 10, 250, MOST_HITS):
        assert ids(index.search("llama", limit=limit)) == [f"model/{n}" for n in range(1499, 1499 - limit, -1)]


def test_an_empty_index_finds_nothing(index_of: MakeIndex) -> None:
    assert index_of([]).search("llama") == []


def test_letters_of_every_script_are_found_and_mended(index_of: MakeIndex) -> None:
    index = index_of([Named("model/a", "model", 0, "ГигаЧат"), Named("model/b", "model", 0, "通义千问")])
    assert ids(index.search("гигачат")) == ids(index.search("гикачат")) == ["model/a"]
    assert ids(index.search("千问")) == ["model/b"]


# Any text


@OURS
@given(text=st.text(max_size=80), kind=st.sampled_from([None, "model", "person"]))
def test_any_text_is_answered(index: SearchIndex, text: str, kind: str | None) -> None:
    hits = index.search(text, kind=kind)
    assert len(hits) <= 10
    assert len(set(ids(hits))) == len(hits)
    assert all(0 < hit.score <= 1 for hit in hits)
    if not words(text):
        assert hits == []


@pytest.mark.parametrize(
    "text",
    [
        *('"', '"llama', "llama*", "^llama", "llama AND alpaca", "NOT llama", "NEAR(llama alpaca, 2)", "tokens:llama"),
        *("tokens : w1", "w1", "f1 AND k2", "llama' OR 1=1 --", "{tokens} : x", "\0", "llama\0alpaca", "\ud83d"),
        *("%_", "a" * 100_000, "a " * 50_000, "é" * 5_000, '("' * 3_000, "\N{COMBINING ACUTE ACCENT}" * 5_000),
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_text_is_never_taken_for_syntax(index: SearchIndex, text: str) -> None:
    meant = index.search(" ".join(words(text[:1000])))
    assert index.search(text) == meant


@OURS
@given(st.data())
def test_an_exact_label_is_the_first_hit(
    index: SearchIndex, names: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    identifier, kind, label = data.draw(st.sampled_from(names))
    shown = data.draw(st.sampled_from([label, label.upper(), label.lower(), label.replace("-", " "), f"  {label}!"]))
    same = {i for i, _, other in names if words(other) and squeezed(words(other)) == squeezed(words(shown))}
    hits = index.search(shown, limit=max(10, len(same)))
    assert {hit.id for hit in hits[: len(same)]} == same
    assert identifier in ids(index.search(shown, kind=kind))
    assert hits[0].score == 1.0


@OURS
@given(st.data())
def test_a_label_with_two_letters_swapped_still_finds_its_entity(
    index: SearchIndex, names: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    identifier, kind, label = data.draw(st.sampled_from(names))
    folded = words(label)
    long_enough = [i for i, word in enumerate(folded) if len(word) > 3 and not word.isdecimal()]
    assume(long_enough)
    position = data.draw(st.sampled_from(long_enough))
    word = folded[position]
    at = data.draw(st.integers(0, len(word) - 2))
    folded[position] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert identifier in ids(index.search(" ".join(folded), kind=kind))


@OURS
@given(st.data())
def test_two_slips_in_a_long_word_are_forgiven(
    index: SearchIndex, names: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    in_names = {(i, kind, word) for i, kind, label in names for word in words(label)}
    identifier, kind, word = data.draw(st.sampled_from(sorted(t for t in in_names if re.fullmatch("[a-z]{10,}", t[2]))))
    first, second = data.draw(st.integers(0, 3)), data.draw(st.integers(6, len(word) - 1))
    typed = word[:first] + "q" + word[first + 1 : second] + word[second + 1 :]
    # A second slip is looked for where no other word is as typed, begins so, or is one slip away.
    others = {other for _, _, name in names for other in words(name)}
    assume(not any(other.startswith(typed) or OSA.distance(typed, other) < 2 for other in others))
    assert identifier in ids(index.search(typed, kind=kind, limit=MOST_HITS))


# Many readers


def test_readers_in_many_threads_get_what_one_gets(index: SearchIndex) -> None:
    texts = ["llama", "alapca", "zettlemoyr", "few-shot learners", "a", "wizrd lm", "xqzvw"] * 12
    expected = [index.search(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(index.search, texts)) == expected


def test_searching_leaves_the_release_as_it_was(release: Path) -> None:
    before = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in release.rglob("*") if path.is_file()}
    search(release, "llama")
    assert {
        path: hashlib.sha256(path.read_bytes()).hexdigest() for path in release.rglob("*") if path.is_file()
    } == before
