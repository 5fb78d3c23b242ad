"""Data that attacks, in a browser: nothing of it runs, and what it holds is read as text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Browse
from tests.serving.hostile import ATTRIBUTE, LABEL, MARKUP, TABLE, unsafe
from tests.serving.site.conftest import Site

from itgraph.lineage_format import printable

#: One page of each template; every page of that release is read without a browser elsewhere.
PAGES = (
    "/model/hostile.html",
    "/model/javascript%3Awindow.pwned%3D1.html",
    "/dataset/hostile.html",
    "/paper/hostile.html",
    "/person/hostile.html",
    "/domain/hostile.html",
    "/survey/models/1.html",
    "/survey/reference/1.html",
    "/curation/survey/models/1.html",
    f"/{TABLE}.html",
)
#: The pages that show many things at once, and those that show what a visitor sends.
OTHERS = (
    "/",
    "/model",
    "/person",
    "/search?q=hostile",
    f"/search?q={quote(ATTRIBUTE)}",
    "/lineage/model/hostile",
    f"/query?query={quote('SELECT * WHERE { ?s ?p ?o } # </textarea>' + MARKUP)}",
)
#: Every element with its attributes; a style is set by scripts too, and what is parsed of it the policy refuses.
ELEMENTS = """() => [...document.querySelectorAll("*")].map(one => [one.localName, Object.fromEntries(
    [...one.attributes].filter(({name}) => name !== "style").map(({name, value}) => [name, value]))])"""


@pytest.fixture
def hostile(browse_at: Callable[..., Page], hostile_site: Site) -> Browse:
    return partial(browse_at, hostile_site.url, viewport={"width": 360, "height": 800})


def harmless(page: Page) -> None:
    """Check that nothing ran, that nothing could run on a click, and that the page is whole."""
    assert page.evaluate("window.pwned") is None
    assert unsafe(page.evaluate(ELEMENTS)) == []
    expect(page.locator("html > body > main h1")).to_have_count(1)
    expect(page.locator("html > body > footer.bottom")).to_have_count(1)


@pytest.mark.parametrize("path", [*PAGES, *OTHERS])
def test_nothing_runs(hostile: Browse, path: str) -> None:
    page = hostile(path)
    harmless(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_label_is_text(hostile: Browse) -> None:
    page = hostile("/person/hostile.html")
    expect(page.get_by_role("heading", level=1)).to_have_js_property("textContent", printable(LABEL))


def test_suggestions_are_text(hostile: Browse) -> None:
    page = hostile("/")
    page.get_by_role("combobox", name="Search").press_sequentially("hostile")
    expect(page.get_by_role("option").filter(has_text=MARKUP[:30]).first).to_be_visible()
    harmless(page)
