"""Links to other places on the pages: each with its evidence beside the entity, each row on the page of its table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from lxml import html
from tests.serving.linked import write_linked_release
from tests.serving.site.conftest import Site, serving

from itgraph.cli import cli
from itgraph.resources import data_dir


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the site over a release with a row in each state."""
    yield from serving(write_linked_release(tmp_path_factory.mktemp("linked")))


def text_of(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


@pytest.mark.parametrize(
    ("model", "said", "href", "evidence", "known"),
    [
        (
            "exact",
            "Q9000000001 Exactly curated",
            "#model.exact.Q9000000001",
            "95% sure, seen 2026-11-26",
            "Exact match, known by an identifier 2302.1 ",
        ),
        (
            "close",
            "Q9000000002 (close to it, not the same) curated",
            "#model.close.Q9000000002",
            "87.5% sure",
            "Close match, known by an identifier ",
        ),
        (
            "unchecked",
            "Q9000000003 Perhaps (proposed, not checked) row",
            "#model.unchecked.Q9000000003",
            "Seen 2026",
            "Exact match, known by a name ",
        ),
        (
            "absent",
            "looked for on 2026-11-26, not there curated",
            "#model.absent.none",
            "100% sure",
            " Known by a search ",
        ),
    ],
)
def test_a_link_stands_with_its_evidence_beside_the_entity(
    linked: Site, model: str, said: str, href: str, evidence: str, known: str
) -> None:
    page = linked.page(f"/model/{model}.html")
    (line,) = page.xpath("//section[@aria-labelledby='identity']//dl/div[dt='Wikidata']")
    assert text_of(line).startswith(f"Wikidata {said}")
    assert [mark.get("href") for mark in line.cssselect("a.mark")] == [f"/links/wikidata.html{href}"]
    (details,) = line.cssselect("details")
    assert text_of(details).startswith(evidence)
    assert known in text_of(details)
    sources = [link.get("href") for link in details.cssselect("a")]
    assert sources == [f"https://example.org/says/{model}", "https://example.org/also"]
    # Nowhere else, and not in the words of the graph.
    assert page.cssselect("#back") == []
    assert not any(prefix in page.text_content() for prefix in ("owl:", "sssom:", "semapv:"))


def test_what_an_entity_is_not_stands_with_the_reason_and_is_no_name(linked: Site) -> None:
    page = linked.page("/model/exact.html")
    (denied,) = [one for one in page.cssselect("details") if text_of(one).startswith("Not the same")]
    assert text_of(denied) == "Not the same Wikidata Q9000000004 Llama : about Llama curated"
    assert denied.cssselect("a.mark")[0].get("href") == "/links/wikidata-denied.html#model.exact.Q9000000004"
    assert "Q9000000004" not in page.xpath("string(//section[@aria-labelledby='identity']/dl)")
    plain = linked.page("/model/plain.html")
    assert "Wikidata" not in plain.text_content()
    assert "Not the same" not in plain.text_content()


def test_the_page_of_a_table_has_each_row_where_its_iri_leads(linked: Site) -> None:
    reply = linked.get("/links/wikidata")
    assert (reply.status, reply.headers["location"]) == (303, "/links/wikidata.html")
    page = linked.page("/links/wikidata.html")
    assert page.xpath("string(//h1)") == "Items"
    assert "Which & who" in page.text_content()
    assert "2 present; 1 looked for, not there; 1 proposed, not checked" in text_of(page.cssselect("dl.inline")[0])
    cells = {one.get("id"): [text_of(cell) for cell in one] for one in page.cssselect("tbody tr")}
    told = [
        "by an identifier 2302.1",
        "95%",
        "2026-11-26",
        "example.org/says/exact 1 more example.org/also",
        "about Exactly",
    ]
    assert cells["model.exact.Q9000000001"] == ["Exact model", "exact", "Q9000000001 Exactly", "present", *told]
    assert cells["model.close.Q9000000002"][1:4] == ["close", "Q9000000002 close", "present"]
    assert cells["model.unchecked.Q9000000003"][3:6] == ["proposed, not checked", "by a name", ""]
    assert cells["model.absent.none"][1:4] == ["none", "nothing found", "looked for, not there"]
    (denied,) = linked.page("/links/wikidata-denied.html").cssselect("tbody tr")
    assert [text_of(cell) for cell in denied][:3] == ["Exact model", "not", "Q9000000004 Llama"]


@pytest.mark.parametrize(
    ("fields", "first", "rows", "next_page"),
    [
        ("", "model.m-000.Q9100000000", 200, "?page=2"),
        ("?page=2", "model.m-200.Q9100000200", 5, None),
        ("?from=model.m-199.Q9100000199", "model.m-000.Q9100000000", 200, "?page=2"),
        ("?from=model.m-204.Q9100000204", "model.m-200.Q9100000200", 5, None),
    ],
)
def test_a_long_table_comes_in_parts(linked: Site, fields: str, first: str, rows: int, next_page: str | None) -> None:
    page = linked.page(f"/links/many.html{fields}")
    found = [one.get("id") for one in page.cssselect("tbody tr")]
    assert (found[0], len(found)) == (first, rows)
    onward = [link.get("href") for link in page.cssselect("nav.pager a[rel=next]")]
    assert onward == ([f"/links/many.html{next_page}"] if next_page else [])


@pytest.mark.parametrize(
    "path", ["/links/many.html?page=3", "/links/many.html?from=model.m-0", "/links/none.html", "/links/none.tsv"]
)
def test_what_no_table_has_is_not_found(linked: Site, path: str) -> None:
    assert linked.get(path).status == 404


def test_the_mark_of_a_row_of_a_long_table_leads_to_the_part_that_has_it(linked: Site) -> None:
    (mark,) = linked.page("/model/m-203.html").cssselect("#identity ~ dl a.mark")
    where = urlsplit(mark.get("href", ""))
    assert linked.page(f"{where.path}?{where.query}").cssselect(f"tr[id='{where.fragment}']")


@pytest.mark.parametrize("name", sorted(path.name for path in (data_dir() / "links").glob("*.sssom.tsv")))
def test_a_table_can_be_had_as_it_was_written(site: Site, name: str) -> None:
    reply = site.get(f"/links/{name.removesuffix('.sssom.tsv')}.tsv", accept=None)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/tab-separated-values; charset=utf-8")
    assert reply.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert reply.text == (data_dir() / "links" / name).read_text(encoding="utf-8")


def test_about_counts_the_links_of_each_table(linked: Site) -> None:
    rows = [text_of(one) for one in linked.page("/about.html").cssselect("section[aria-labelledby=links] tbody tr")]
    # The release in small says that it has eleven models, two data sets and a person.
    assert rows == ["many links 205 0 0", "Wikidata links 2 1 11", "Wikidata links: denied 1 row"]


def test_show_gives_a_row_one_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    release = write_linked_release(tmp_path_factory.mktemp("shown"))
    result = CliRunner().invoke(cli, ["show", "model/exact", "--release", str(release)])
    assert result.exit_code == 0, result.output
    lines = [re.split(r"\s{2,}", line.strip()) for line in result.stdout.splitlines() if "#model." in line]
    assert lines == [
        [
            *("skos:exactMatch", "http://www.wikidata.org/entity/Q9000000001", "Exactly", "present", "0.95"),
            *("2026-11-26", "links/wikidata#model.exact.Q9000000001", "about Exactly"),
        ],
        [
            *("not", "skos:exactMatch", "http://www.wikidata.org/entity/Q9000000004", "Llama"),
            *("2026-11-26", "links/wikidata-denied#model.exact.Q9000000004", "about Llama"),
        ],
    ]
