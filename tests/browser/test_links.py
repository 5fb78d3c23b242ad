"""Links to other places: the evidence is read with its fold open, and the IRI of a row leads to the row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Browse
from tests.browser.test_every_page import ALL, AXE, OF_LOOKS, fits, violations
from tests.serving.linked import write_linked_release
from tests.serving.site.conftest import Site, serving

OPEN = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture(scope="module")
def linked_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the site over a release with a table of more rows than a page has."""
    folder: Path = tmp_path_factory.mktemp("linked")
    yield from serving(write_linked_release(folder))


@pytest.mark.parametrize("path", ["/organization/openai.html", "/links/wikidata.html"])
def test_open_evidence_fits_and_shuts_nobody_out(browse: Browse, path: str) -> None:
    page = browse(path, color_scheme="light", viewport={"width": 1280, "height": 900})
    page.evaluate(OPEN)
    page.evaluate(AXE)
    fits(page)
    assert not (found := violations(page, ALL)), "\n".join(found)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 800})
    fits(page)
    assert not (found := violations(page, OF_LOOKS)), "\n".join(found)


@pytest.mark.parametrize("number", [3, 203])
def test_the_iri_of_a_row_leads_to_it_on_whatever_part(
    browse_at: Callable[..., Page], linked_site: Site, number: int
) -> None:
    row = f"model.m-{number:03}.Q91{number:08}"
    page = browse_at(linked_site.url, f"/links/many#{row}")
    expect(page.locator("tr:target")).to_have_id(row)
    expect(page.locator("tr:target")).to_be_in_viewport()
