"""The drawn lineage: what stands where, what is said of it, and that nothing in a label can break it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

from itgraph.lineage import Direction, Edge, Lineage, LineageNode, Via, lineage
from itgraph.lineage_drawing import STYLE, Drawing, drawing
from itgraph.lineage_format import arrow, as_svg, edges, printable
from itgraph.lineage_layout import Arrow
from itgraph.lineage_svg import cut, followable, width_of
from itgraph.namespaces import BASE
from itgraph.store import Store

UP, DOWN = Direction.UP, Direction.DOWN
SVG = "{http://www.w3.org/2000/svg}"
BASED, TRAINED = "itg:basedOn", "fair4ml:trainedOn"
#: Labels that want to be markup, controls, an order of writing, half a letter, or more than there is room for.
HOSTILE = {
    "model/markup": '</text><script>alert("1")</script>]]> &amp; &nbsp;',
    "model/control": "red \x1b[31m\x00\ufffe\ud800\n",
    "model/override": "evil \u202egnp.exe \u2067x",
    "model/hebrew": "מודל שפה גדול (v2)",
    "model/marks": "e\u0301\u0302" * 80,
    "dataset/wide": "全球数据集" * 12,
    "model/empty": "",
}


def made_of(name: str, hops: int, *via: tuple[str, str], label: str | None = None) -> LineageNode:
    stated = tuple(Edge(neighbour, relation, ("curation/x",)) for neighbour, relation in via)
    return LineageNode(name, BASE + name, name if label is None else label, name.partition("/")[0], hops, stated)


def of(nodes: Sequence[LineageNode], direction: Direction = DOWN, entity: str = "model/s") -> Lineage:
    return Lineage(entity, BASE + entity, "S", "model", direction, Via.ALL, tuple(nodes))


def tree(drawn: Drawing, standalone: bool = False) -> etree._Element:
    return etree.fromstring(drawn.svg(lambda identifier: f"/{identifier}", standalone).encode())


def marked(root: etree._Element, name: str) -> list[etree._Element]:
    """Return the marks of a class, without those that explain it in the legend."""
    legend = {element for group in root.iter(SVG + "g") if group.get("class") == "legend" for element in group.iter()}
    return [e for e in root.iter() if name in (e.get("class") or "").split() and e not in legend]


def texts(root: etree._Element, tag: str) -> list[str]:
    return [element.text or "" for element in root.iter(SVG + tag)]


def stated(lineages: Sequence[Lineage]) -> set[Arrow]:
    return {arrow(result, node, edge) for result in lineages for node, edge in edges(result)}


def drawn_arrows(root: etree._Element) -> list[Arrow]:
    return [pair for group in marked(root, "edge") for pair in arrows_of(group)]


def arrows_of(group: etree._Element) -> list[Arrow]:
    words = str(group.attrib["data-arrows"]).split()
    return list(zip(words[::2], words[1::2], strict=True))


def is_sound(drawn: Drawing) -> None:
    """Assert what holds of every picture: boxes apart and inside, lines from their boxes to theirs, and over none."""
    boxes = drawn.layout.boxes
    for one, other in combinations(boxes.values(), 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert beside or one.y + one.height <= other.y or other.y + other.height <= one.y
    for box in boxes.values():
        assert 0 < box.x < box.x + box.width < drawn.width
        assert 0 < box.y < box.y + box.height < drawn.height
    for (right, left), route in drawn.layout.routes.items():
        assert boxes[right].column > boxes[left].column
        assert route[0][0] == boxes[right].x
        assert route[-1][0] == boxes[left].x + boxes[left].width
        assert boxes[right].y < route[0][1] < boxes[right].y + boxes[right].height
        assert boxes[left].y < route[-1][1] < boxes[left].y + boxes[left].height
        assert all(one[0] > other[0] for one, other in pairwise(route))
        for (begin, height), (end, same) in zip(route[1:-1:2], route[2:-1:2], strict=True):
            assert height == same
            passed = [box for box in boxes.values() if box.x < begin and end < box.x + box.width]
            assert not [box for box in passed if box.y <= height <= box.y + box.height]


@pytest.fixture(scope="module")
def real(release: Path) -> Store:
    return Store.open(release)


@pytest.mark.parametrize(
    ("entity", "ways", "least"),
    [
        ("model/llama", [(DOWN, Via.WEIGHTS)], 17),
        ("model/alpaca", [(UP, Via.ALL), (DOWN, Via.ALL)], 7),
        ("model/radiology-gpt", [(UP, Via.ALL)], 7),
        ("model/instructgpt", [(UP, Via.WEIGHTS), (UP, Via.DATA), (DOWN, Via.DATA)], 7),
        ("person/rohan-taori", [(UP, Via.ALL), (DOWN, Via.ALL)], 1),
    ],
)
def test_the_picture_holds_all_that_is_stated(
    real: Store, entity: str, ways: list[tuple[Direction, Via]], least: int
) -> None:
    lineages = [lineage(real, BASE + entity, *way) for way in ways]
    drawn = drawing(lineages, most=500)
    is_sound(drawn)
    for standalone in (False, True):
        root = tree(drawn, standalone)
        wanted = {entity} | {node.id for result in lineages for node in result.nodes}
        nodes = [node for node in marked(root, "node") if node.get("data-id")]
        assert {node.attrib["data-id"]: node.get("href") for node in nodes} == {name: f"/{name}" for name in wanted}
        assert len(nodes) == len(wanted) >= least
        found = drawn_arrows(root)
        assert len(found) == len(set(found))
        assert set(found) == stated(lineages)
    # No cycles here: each arrow goes from a greater column to a smaller one.
    assert set(drawn.layout.routes) == stated(lineages)
    assert drawn.left_out == 0
    assert drawing(lineages, most=500).svg() == drawn.svg()


def test_ancestors_stand_left_of_the_entity_and_descendants_right(real: Store) -> None:
    boxes = drawing([lineage(real, BASE + "model/alpaca", way, Via.ALL) for way in (UP, DOWN)]).layout.boxes
    wanted = ["model/gpt-3", "model/instructgpt", "dataset/alpaca", "model/alpaca", "model/radiology-gpt"]
    columns = [boxes[identifier].column for identifier in wanted]
    assert columns == list(range(columns[0], columns[0] + 5))
    assert boxes["model/llama"].column == boxes["dataset/alpaca"].column


def test_rows_are_ordered_so_that_lines_do_not_cross_and_equals_by_label() -> None:
    first = [made_of(f"model/{name}", 1, ("model/s", BASED)) for name in "abcd"]
    pairs = zip("zyxw", "abcd", strict=True)
    second = [made_of(f"model/{name}", 2, (f"model/{parent}", BASED)) for name, parent in pairs]
    boxes = drawing([of([*first, *second])]).layout.boxes
    rows = sorted((box.column, box.middle, name.removeprefix("model/")) for name, box in boxes.items())
    assert "".join(name for _, _, name in rows) in ("sabcdzyxw", "sdcbawxyz")
    # Where nothing is in the way, lines are straight.
    assert all(
        boxes[f"model/{one}"].middle == boxes[f"model/{other}"].middle for one, other in ("az", "by", "cx", "dw")
    )
    alone = drawing([of(first)]).layout.boxes
    assert sorted(alone, key=lambda name: (alone[name].column, alone[name].y)) == ["model/s", *(n.id for n in first)]


def test_a_line_says_what_is_stated_and_by_whom_and_shows_of_which_family_it_is(real: Store) -> None:
    root = tree(drawing([lineage(real, BASE + "model/alpaca", UP, Via.ALL)]))
    lines = {group.attrib["data-arrows"]: group for group in marked(root, "edge")}
    weights, data = lines["model/alpaca model/llama"], lines["model/alpaca dataset/alpaca"]
    assert "\u2068Alpaca\u2069 → \u2068LLaMA\u2069: itg:basedOn, says survey/models/4" in texts(weights, "title")[0]
    assert "fair4ml:trainedOn, says curation/model/alpaca" in texts(data, "title")[0]
    assert (weights.get("class"), data.get("class")) == ("edge weights", "edge data")
    dashes = [marked(line, "line")[0].get("stroke-dasharray") for line in (weights, data)]
    heads = [str(marked(line, "head")[0].get("d")).endswith("z") for line in (weights, data)]
    assert (dashes, heads) == ([None, "5 4"], [True, False])
    kinds = {node.attrib["data-id"]: node for node in marked(root, "node")}
    assert kinds["model/alpaca"].get("class") == "node model start"
    assert [marked(kinds[name], "shape")[0].tag for name in ("model/llama", "dataset/alpaca")] == [
        SVG + "rect",
        SVG + "path",
    ]


def test_several_relations_are_one_line_of_weights_where_any_is_and_a_rule_is_told() -> None:
    node = made_of("model/a", 1, ("model/s", TRAINED), ("model/s", BASED))
    derived = LineageNode("model/b", BASE, "b", "model", 1, (Edge("model/s", "itg:mergedFrom", ()),))
    both, rule = drawing([of([node, derived]), of([node])]).lines
    assert (both.arrows, both.family) == ((("model/a", "model/s"),), "weights")
    assert [line.partition(": ")[2] for line in both.title.splitlines()] == [
        "fair4ml:trainedOn, says curation/x",
        "itg:basedOn, says curation/x",
    ]
    assert rule.title.endswith(": itg:mergedFrom, derived")


def test_a_page_gets_no_style_and_a_file_brings_its_own(real: Store) -> None:
    up = lineage(real, BASE + "model/alpaca", UP, Via.ALL)
    drawn = drawing([up])
    page, file = tree(drawn), tree(drawn, standalone=True)
    assert not list(page.iter(SVG + "style"))
    assert "prefers-color-scheme: dark" in "".join(texts(file, "style"))
    assert "An arrow points from what was made to what it was made from." in texts(file, "text")
    for root in (page, file):
        assert not [element for element in root.iter() if "style" in element.attrib]
        assert [root.get("width"), root.get("height")] == root.attrib["viewBox"].split()[2:]
        named = [root.attrib["aria-labelledby"], root.attrib["aria-describedby"]]
        assert [element.get("id") for element in list(root)[:2]] == named
    counts = f"{len(up.nodes)} ancestors at the left; {len(stated([up]))} lines"
    assert texts(page, "desc") == [f"\u2068Alpaca\u2069: {counts}, each from what was made to what it was made from."]
    assert (page.get("role"), etree.fromstring(drawn.svg()).get("role")) == ("group", "img")
    assert 'id="other-title"' in drawn.svg(name="other")
    # Every class that the style sheet names is one that a picture has.
    shapes = {name for element in file.iter() for name in (element.get("class") or "").split()}
    assert set(re.findall(r"\.([a-z]+)", STYLE)) <= shapes


def test_hostile_labels_break_nothing() -> None:
    nodes = [made_of(name, 1, ("model/s", BASED), label=label) for name, label in HOSTILE.items()]
    drawn = drawing([of(nodes)])
    is_sound(drawn)
    for standalone in (False, True):
        root = tree(drawn, standalone)
        assert {element.tag for element in root.iter()} <= {
            SVG + tag for tag in ("svg", "title", "desc", "style", "g", "a", "rect", "path", "text")
        }
        shown = {node.get("data-id"): texts(node, "text") for node in marked(root, "node") if node.get("data-id")}
        assert shown["model/hebrew"] == [HOSTILE["model/hebrew"]]
        assert shown["model/control"] == [r"red \x1b[31m\x00\ufffe\ud8…"]
        whole = {node.get("data-id"): texts(node, "title")[0] for node in marked(root, "node") if node.get("data-id")}
        assert whole["model/markup"] == f"\u2068{HOSTILE['model/markup']}\u2069 (model/markup)"
        assert whole["model/override"] == "\u2068evil \\u202egnp.exe \\u2067x\u2069 (model/override)"
        # Isolates come in pairs, and nothing else that moves text is left.
        every = "".join(map(str, root.itertext()))
        assert every.count("\u2068") == every.count("\u2069") > 0
        assert not re.search("[\u202a-\u202e\u2066\u2067]", every)
        assert all(
            element.get("unicode-bidi") == "plaintext"
            for node in marked(root, "node")
            for element in node
            if element.tag == SVG + "text"
        )


@pytest.mark.parametrize("label", [*HOSTILE.values(), "Short", "W" * 60, "i" * 200])
def test_a_label_fits_its_box_and_is_cut_between_letters(label: str) -> None:
    shown = cut(label, 120)
    assert width_of(shown) <= 120
    if shown.endswith("…"):
        assert width_of(printable(label)) > 120
        assert width_of(shown) > 100
    else:
        assert shown == printable(label)
    assert not label.startswith("e\u0301") or re.fullmatch("(e\u0301\u0302)+…", shown)


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://w3id.org/itgraph/model/llama", True),
        ("HTTP://example.org/", True),
        ("/model/llama", True),
        ("model/gpt-3.5", True),
        ("/x/a:b?c#d", True),
        ("?id=model/llama", True),
        ("javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org/", False),
        ("/\\example.org/", False),
        ("", False),
    ],
)
def test_only_what_a_browser_may_follow_becomes_a_link(address: str, linked: bool) -> None:
    assert followable(address) is linked
    root = etree.fromstring(drawing([of([])]).svg(lambda _: address))
    assert [element.get("href") for element in root.iter(SVG + "a")] == ([address] if linked else [])


@pytest.mark.parametrize("most", [1, 2, 5, 9, 60])
def test_the_nearest_are_kept_from_both_sides_and_the_rest_is_counted(most: int) -> None:
    near = [made_of(f"model/n{i}", 1, ("model/s", BASED)) for i in range(4)]
    up = of([*near, *(made_of(f"model/f{i}", 2, ("model/n0", BASED)) for i in range(30))], UP)
    down = of([made_of(f"dataset/d{i}", 1, ("model/s", TRAINED)) for i in range(3)])
    drawn = drawing([up, down], most=most)
    is_sound(drawn)
    names = [node.id for node in drawn.nodes]
    assert (len(names), drawn.left_out) == (min(most, 38), 38 - min(most, 38))
    order = ["model/s", "model/n0", "dataset/d0", "model/n1", "dataset/d1", "model/n2", "dataset/d2", "model/n3"]
    assert set(order[:most]) <= set(names)
    notes = [text for text in texts(tree(drawn), "text") if text.startswith("and ")]
    assert notes == ([f"and {drawn.left_out} more"] if drawn.left_out else [])
    assert ("left out for want of room" in drawn.summary) is bool(drawn.left_out)


def test_cycles_end_and_every_arrow_is_drawn_the_way_it_points() -> None:
    up = of(
        [
            made_of("model/a", 1, ("model/s", BASED)),
            made_of("model/b", 2, ("model/a", BASED), ("model/c", BASED), ("model/b", BASED)),
            made_of("model/c", 3, ("model/b", BASED)),
        ],
        UP,
    )
    down = of([made_of("model/a", 1, ("model/s", TRAINED)), made_of("model/z", 2, ("model/a", BASED))])
    drawn = drawing([up, down])
    is_sound(drawn)
    root = tree(drawn)
    assert set(drawn_arrows(root)) == stated([up, down])
    boxes = drawn.layout.boxes
    for group in marked(root, "edge"):
        heads = re.findall(r"M[\d.,]+ ([\d.]+),([\d.]+) ", str(marked(group, "head")[0].get("d")))
        sides = {
            (name, side)
            for x, y in heads
            for name, box in boxes.items()
            for side, edge in (("left", box.x), ("right", box.x + box.width), ("loop", box.x + box.width - 14))
            if abs(float(x) - edge) < 0.1 and box.y - 0.1 <= float(y) <= box.y + box.height
        }
        pointed = {
            (source, "loop" if made == source else "right" if boxes[source].column < boxes[made].column else "left")
            for made, source in arrows_of(group)
        }
        assert pointed <= sides
        assert len(heads) == len(pointed)


def dense(size: int) -> Lineage:
    """Return a lineage in which each node is made from the one before, from a far one, and from the start."""
    nodes = []
    for i in range(1, size):
        far = {f"model/{i - 1}" if i > 1 else "model/s", "model/s", f"model/{i // 2}" if i > 1 else "model/s"}
        nodes.append(made_of(f"model/{i}", 1, *((name, BASED) for name in sorted(far))))
    return of(nodes)


def broad(size: int) -> Lineage:
    """Return a lineage of nine columns, each node made from two of the column before or of any."""
    names = ["model/s"] + [f"model/{i}" for i in range(1, size)]
    parents = [(i // 3, (i * 7919) % i) for i in range(1, size)]
    return of(
        [
            made_of(names[i], 1, *((names[parent], BASED) for parent in sorted(set(pair))))
            for i, pair in enumerate(parents, 1)
        ]
    )


@pytest.mark.parametrize("shape", [dense, broad])
def test_four_hundred_nodes_are_drawn_in_no_time(shape: Callable[[int], Lineage]) -> None:
    result = shape(400)
    begin = time.process_time()
    drawn = drawing([result], most=500)
    text = drawn.svg(standalone=True)
    # A tenth of a second on an idle machine.
    assert time.process_time() - begin < 1
    assert len(drawn_arrows(etree.fromstring(text))) == len(stated([result]))


def test_lineages_of_several_entities_are_refused() -> None:
    for lineages in ([], [of([]), of([], entity="model/other")]):
        with pytest.raises(ValueError, match="one entity"):
            drawing(lineages)
    with pytest.raises(ValueError, match="at least one node"):
        drawing([of([])], most=0)


def test_the_file_of_the_command_line_links_to_the_iris(real: Store) -> None:
    root = etree.fromstring(as_svg(lineage(real, BASE + "model/llama", DOWN)))
    links = {element.get("href") for element in root.iter(SVG + "a")}
    assert {BASE + "model/llama", BASE + "model/alpaca"} <= links
