"""Data that attacks: every field of every kind holds markup, scripts, controls and addresses that must not be links."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from lxml import html
from tests.serving.hostile import (
    ADDRESSES,
    ATTRIBUTE,
    IRIS,
    LABEL,
    MARKUP,
    TABLE,
    TEMPLATE,
    TEXTS,
    unsafe,
    write_hostile_release,
)
from tests.serving.site.conftest import Site, serving

from itgraph.lineage_format import printable

#: What a visitor sends comes back in a page too.
REFLECTED = [
    ("/{attack}", 404),
    ("/{attack}.html", 404),
    ("/model/{attack}", 404),
    ("/static/{attack}", 404),
    ("/?{attack}", 200),
    ("/?q={attack}", 200),
]


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from serving(write_hostile_release(tmp_path_factory.mktemp("hostile")))


def elements(page: html.HtmlElement) -> list[tuple[str, dict[str, str]]]:
    return [(str(one.tag), dict(one.attrib)) for one in page.iter() if isinstance(one.tag, str)]


def shown(page: html.HtmlElement) -> str:
    """Return the text of a page, without that of its scripts."""
    return "".join(str(text) for text in page.xpath("//text()[not(parent::script)]"))


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_page_of_hostile_data_is_a_page_with_text(hostile_site: Site, path: str) -> None:
    page = hostile_site.page(path)
    assert unsafe(elements(page)) == []
    assert len(page.cssselect("html > body > main h1")) == 1
    assert len(page.cssselect("html > body > footer.bottom")) == 1
    text = shown(page)
    assert "1337" not in text
    assert [sign for sign in set(text) if not (sign.isprintable() or sign in "\n\u2068\u2069")] == []


@pytest.mark.parametrize(
    "path", [path for path in ADDRESSES if path.endswith("/hostile.html") and "curation" not in path]
)
def test_what_attacks_is_shown_as_it_is_written(hostile_site: Site, path: str) -> None:
    page = hostile_site.page(path)
    (heading,) = page.cssselect("h1")
    assert heading.text_content() == printable(LABEL)
    assert (page.findtext(".//title") or "").startswith(printable(LABEL))
    text = shown(page)
    assert all(attack in text for attack in (MARKUP, ATTRIBUTE, TEMPLATE))
    (said,) = page.cssselect('script[type="application/ld+json"]')
    assert json.loads(said.text)["name"] == LABEL


def test_a_hostile_link_is_text_beside_the_entity_and_on_its_table(hostile_site: Site) -> None:
    entity, table = hostile_site.page("/model/hostile.html"), hostile_site.page(f"/{TABLE}.html")
    (identity,) = entity.cssselect("section[aria-labelledby=identity]")
    for place in (identity, *table.cssselect("main table")):
        assert all(printable(attack) in shown(place) for attack in TEXTS)
        assert any("javascript:window.pwned=1" in one.text_content() for one in place.cssselect("bdi"))
    rows = table.cssselect("main tbody tr")
    assert len(rows) == len({one.get("id") for one in rows}) == 5 * len(IRIS)
    # One that is said to hold is no name where it leads nowhere: of the addresses two are of http.
    marks = identity.cssselect(f'a.mark[href^="/{TABLE}.html#row-"]')
    assert len(marks) == 4 * len(IRIS) + 2


@pytest.mark.parametrize(
    ("form", "status"),
    # XML has no control characters; whoever asks for it is told to take another format.
    [("ttl", 200), ("jsonld", 200), ("nt", 200), ("rdf", 400), ("trig", 200), ("nq", 200)],
)
def test_the_documents_of_hostile_data_can_be_had(hostile_site: Site, form: str, status: int) -> None:
    reply = hostile_site.get(f"/model/hostile.{form}", accept=None)
    assert reply.status == status, reply.text[:500]


@pytest.mark.parametrize("attack", [MARKUP, ATTRIBUTE, TEMPLATE, "javascript:window.pwned=2", "\r\nSet-Cookie: a=b"])
@pytest.mark.parametrize(("address", "status"), REFLECTED)
def test_what_a_visitor_sends_comes_back_as_text(hostile_site: Site, address: str, status: int, attack: str) -> None:
    reply = hostile_site.get(address.format(attack=quote(attack, safe="")))
    assert (reply.status, reply.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "set-cookie" not in reply.headers
    page = html.document_fromstring(reply.text)
    assert unsafe(elements(page)) == []
    assert len(page.cssselect("html > body > main h1")) == 1
    assert "1337" not in shown(page)
