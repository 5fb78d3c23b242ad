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
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
#: What depends on colours and on the width; all else was judged before.
OF_LOOKS = {"type": "rule", "values": ["color-contrast", "scrollable-region-focusable", "target-size"]}


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """Return what axe finds serious or worse: the rule, where, and what to do about it."""
    # Evaluated by the protocol of the browser's tools, to which the policy of the page does not apply.
    found = page.evaluate(
        "rules => axe.run(document, rules)", {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    )
    return [
        f"{broken['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for broken in found["violations"]
        if broken["impact"] in ("serious", "critical")
        for node in broken["nodes"]
    ]


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.path)
def test_a_page_is_quiet_fits_and_shuts_nobody_out(browse: Browse, address: Address) -> None:
    page = browse(address.path, address.status, color_scheme="light", viewport={"width": 1280, "height": 900})
    page.wait_for_selector(address.ready)
    page.evaluate(AXE)
    fits(page)
    assert not (found := violations(page, ALL)), "\n".join(found)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 800})
    fits(page)
    assert not (found := violations(page, OF_LOOKS)), "\n".join(found)


def fits(page: Page) -> None:
    """Check that nothing stands out to the side."""
    width, wide = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
    assert wide <= width, f"{wide - width} pixels stand out: {standing_out(page)}"


def standing_out(page: Page) -> str:
    """Return what is wider than the window."""
    return str(
        page.evaluate(
            """[...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth)
                .slice(0, 5).map(one => `${one.tagName}.${one.className}`).join(" ")"""
        )
    )
