"""A browser without JavaScript: links and forms do what scripts make comfortable."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Browse


@pytest.fixture
def plain(browse: Browse) -> Browse:
    """Return a function that opens a page without JavaScript."""
    return partial(browse, java_script_enabled=False)


def test_a_search_leads_to_an_entity(plain: Browse) -> None:
    page = plain("/")
    page.get_by_label("Search").fill("alpaca")
    page.get_by_role("button", name="Search").click()
    page.locator("main").get_by_role("link", name="Alpaca", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alpaca")
    assert page.url.endswith("/alpaca.html")


def test_the_lineage_is_a_picture_and_a_list(plain: Browse) -> None:
    page = plain("/lineage/model/llama?direction=down&via=weights")
    expect(page.locator("main svg").first).to_be_visible()
    links = page.locator("main ul.tree li > a:first-child")
    assert links.count() == 16
    assert links.evaluate_all("list => new Set(list.map(one => one.href)).size") == 16


def test_the_lineage_of_an_entity_is_drawn(plain: Browse) -> None:
    page = plain("/model/llama.html")
    expect(page.locator("figure.drawing svg")).to_be_visible()
    page.locator('figure.drawing a[href="/model/alpaca.html"]').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alpaca")


def test_a_query_is_answered_by_a_table(plain: Browse) -> None:
    page = plain("/query")
    page.locator("textarea").fill("SELECT ?s ?p WHERE { ?s ?p ?o } LIMIT 7")
    page.locator("main form").get_by_role("button", name="Run").first.click()
    expect(page.locator("main table tbody tr")).to_have_count(7)


def test_what_needs_a_script_is_not_shown(plain: Browse) -> None:
    page = plain("/model/alpaca.html")
    expect(page.locator("button.copy").first).to_be_hidden()
