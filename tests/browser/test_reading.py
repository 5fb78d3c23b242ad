"""Keys, paper, the dark and the clipboard: a page read in other ways than by eye and mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Browse

OUTLINE = """() => {
    const {outlineStyle, outlineWidth} = getComputedStyle(document.activeElement);
    return outlineStyle !== "none" && parseFloat(outlineWidth) > 0 || document.activeElement.outerHTML.slice(0, 200);
}"""


def test_the_first_key_leads_past_the_navigation(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/model/alpaca.html"])
def test_what_has_the_focus_is_seen_to_have_it(browse: Browse, path: str) -> None:
    page = browse(path)
    seen = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.tagName"))
        assert page.evaluate(OUTLINE) is True
    assert {"A", "BUTTON", "INPUT"} <= seen


def test_suggestions_follow_the_keys(page: Page) -> None:
    box = page.get_by_role("combobox", name="Search")
    box.press_sequentially("alpaca")
    options = page.get_by_role("option")
    expect(options.nth(1)).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1)):
        box.press(key)
        chosen = options.nth(place)
        expect(chosen).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
        expect(page.get_by_role("option", selected=True)).to_have_count(1)
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("alpaca")


def test_paper_has_no_navigation(browse: Browse) -> None:
    page = browse("/model/alpaca.html")
    navigation = page.get_by_role("navigation", name="Main")
    expect(navigation).to_be_visible()
    page.emulate_media(media="print")
    expect(navigation).to_be_hidden()
    expect(page.locator("form.search")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_dark_is_dark(browse: Browse) -> None:
    page = browse("/")
    seen = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        red, green, blue = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
        seen.append(red + green + blue)
    light, dark = seen
    assert light > 600
    assert dark < 160


def test_a_button_copies_the_iri(browse: Browse) -> None:
    page = browse("/model/alpaca.html", permissions=["clipboard-read", "clipboard-write"])
    page.locator("button.copy").first.click()
    expect(page.locator("button.copy").first).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "https://w3id.org/itgraph/model/alpaca"
