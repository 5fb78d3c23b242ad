"""Every kind of page, light on a desk and dark on a telephone: a quiet console, and nothing that shuts someone out."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.addresses import ADDRESSES, Address
from tests.browser.conftest import Browse

#: The rules of WCAG 2.0 to 2.2 at the levels A and AA, judged by axe-core.
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    "preload": False,
}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 360, "height": 800}},
}


def violations(page: Page) -> list[str]:
    """Return what axe finds serious or worse: the rule, where, and what to do about it."""
    # Evaluated by the protocol of the browser's tools, to which the policy of the page does not apply.
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{broken['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for broken in found["violations"]
        if broken["impact"] in ("serious", "critical")
        for node in broken["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.path)
def test_a_page_is_quiet_fits_and_shuts_nobody_out(browse: Browse, address: Address, look: str) -> None:
    page = browse(address.path, address.status, **LOOKS[look])
    page.wait_for_selector(address.ready)
    width, wide = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
    assert wide <= width, f"{wide - width} pixels stand out: {standing_out(page)}"
    found = violations(page)
    assert not found, "\n".join(found)


def standing_out(page: Page) -> str:
    """Return what is wider than the window."""
    return str(
        page.evaluate(
            """[...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth)
                .slice(0, 5).map(one => `${one.tagName}.${one.className}`).join(" ")"""
        )
    )
