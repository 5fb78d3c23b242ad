"""What notebooks show: well-formed HTML, everything escaped, links to http and https only."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

import itgraph
from itgraph.errors import NetworkError
from itgraph.graph import IRI, Graph, Solutions
from itgraph.lineage import Direction, Edge, Lineage, LineageNode, Via
from itgraph.namespaces import BASE

EVIL = "<script>alert(1)</script> \" ' & \x1b[31m \u202e </td></table>"


class Page(HTMLParser):
    """Reads HTML and checks on the way that every element is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.deepest = 0
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]
        self.deepest = max(self.deepest, self.open.count("ul"))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def graph(small_release: Path) -> Graph:
    return itgraph.open(small_release)


def test_a_table_shows_short_names_with_links_and_plain_values(graph: Graph) -> None:
    answer = graph.query("SELECT ?m ?n ?none ?b { ?m itg:parameterCount ?n BIND (?n > 1 AS ?b) }")
    assert isinstance(answer, Solutions)
    page = Page(answer._repr_html_())
    assert page.text == "mnnonebAlpaca7000000000true"
    assert page.links == [BASE + "model/alpaca"]
    same = graph.query("SELECT ?m { VALUES ?m { <model/alpaca> <dataset/alpaca> itg:basedOn <https://a.example/> } }")
    assert isinstance(same, Solutions)
    texts = "mAlpaca (model/alpaca)Alpaca (dataset/alpaca)based onhttps://a.example/"
    assert Page(same._repr_html_()).text == texts
    assert "".join(["m", *(str(row["m"]) for row in same.labelled())]) == texts
    assert same.labelled().to_pandas()["m"][0] == "Alpaca (model/alpaca)"
    assert [page.tags.count(tag) for tag in ("table", "tr", "th", "td")] == [1, 2, 4, 4]


@pytest.mark.parametrize(
    ("iri", "linked"),
    [
        ("https://example.org/x?a=1&b=2", True),
        ("HTTP://example.org/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("file:///etc/passwd", False),
        ('https://example.org/"onmouseover="alert(1)', True),
    ],
)
def test_only_http_and_https_are_links_and_stay_whole(iri: str, linked: bool) -> None:
    page = Page(Solutions(("x",), [(IRI(iri),)])._repr_html_())
    assert page.links == ([iri] if linked else [])
    assert page.attributes <= {"href", "rel"}
    assert iri in page.text


def test_nothing_that_a_source_wrote_becomes_markup(graph: Graph) -> None:
    page = Page(Solutions((EVIL,), [(EVIL,)], BASE)._repr_html_())
    assert page.tags == ["table", "thead", "tr", "th", "tbody", "tr", "td"]
    assert page.text == EVIL.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e") * 2
    node = LineageNode("model/x", "javascript:alert(1)", EVIL, "model", 1, (Edge("model/y", EVIL, (EVIL,)),))
    tree = Page(Lineage("model/y", BASE + "model/y", EVIL, "model", Direction.UP, Via.ALL, (node,))._repr_html_())
    assert set(tree.tags) == {"p", "a", "code", "ul", "li", "small"}
    assert tree.links == [BASE + "model/y"]
    odd = Page(graph.lineage("LLaMA", direction="down")._repr_html_())
    assert "R&D" in odd.text
    assert "b" not in odd.tags


def test_a_lineage_is_a_tree_that_says_who_says_so(graph: Graph) -> None:
    page = Page(graph.lineage("LLaMA", direction="down")._repr_html_())
    assert page.deepest == 2
    assert page.tags.count("li") == len(page.links) - 1
    assert "Radiology-GPT model/radiology-gpt survey/domain-models/1" in page.text
    assert Page(graph.lineage("LLaMA")._repr_html_()).text == "LLaMA model/llama"


def test_rows_without_their_labels_are_shown_all_the_same() -> None:
    def out_of_reach(_: Sequence[str]) -> dict[str, str]:
        raise NetworkError("the endpoint has gone")

    rows = Solutions(("m",), [(IRI(BASE + "model/x"),)], BASE, out_of_reach)
    assert Page(rows._repr_html_()).text == "mmodel/x"
    with pytest.raises(NetworkError):
        rows.labelled()


def test_what_is_too_long_to_show_is_counted() -> None:
    page = Page(Solutions(("n",), [(n,) for n in range(1234)])._repr_html_())
    assert page.tags.count("td") == 100
    assert page.text.endswith("… and 1134 more rows")
    chain = [LineageNode(f"m/{n}", f"{BASE}m/{n}", "x", "m", n, (Edge(f"m/{n - 1}", "r", ()),)) for n in range(1, 3000)]
    tree = Page(Lineage("m/0", BASE + "m/0", "x", "m", Direction.UP, Via.ALL, tuple(chain))._repr_html_())
    assert tree.deepest == 100
    assert tree.text.endswith("… and 2899 more lines")


def test_a_description_is_a_table_of_statements(graph: Graph) -> None:
    page = Page(graph.show("model/alpaca")._repr_html_())
    assert page.text.startswith("subjectpredicateobjectsourcesheldmodel/alpacardf:type")
    assert BASE + "model/llama" in page.links
