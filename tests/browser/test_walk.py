"""The way of a reader by clicks and keys: from a name to an entity, its lineage, and the row that states it."""

from __future__ import annotations

import json
import re
from itertools import product

from playwright.sync_api import Page, expect
from tests.browser.conftest import Browse
from tests.serving.site.conftest import Site

#: What the survey and the curation build on LLaMA, directly or not.
DESCENDANTS = 16


def test_from_a_name_to_the_row_that_says_so(page: Page) -> None:
    box = page.get_by_role("combobox", name="Search")
    box.press_sequentially("LLaM")
    option = page.get_by_role("option").filter(has_text="LLaMA").first
    expect(option).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url("/model/llama.html")
    page.get_by_role("link", name="Open in the explorer").click()
    page.wait_for_url("**/lineage/model/llama*")
    page.wait_for_selector('[data-state="ready"]')
    panel = page.locator("#explorer").get_by_role("region")
    point_at(page, "LLaMA")
    panel.get_by_role("link", name="row 4 of models").click()
    expect(page).to_have_url("/survey/models/4.html")
    expect(page.get_by_role("heading", name="What this source says")).to_be_visible()


def point_at(page: Page, label: str) -> None:
    """Click around in the view, which is a picture to all but the eye, until the panel names a node."""
    box = page.locator("#explorer canvas").first.bounding_box()
    assert box is not None
    named = page.locator("#explorer h3", has_text=re.compile(f"^{label}$"))
    rows = sorted(range(1, 40), key=lambda row: abs(row - 20))
    for row, part in product(rows, range(1, 40)):
        page.mouse.click(box["x"] + box["width"] * part / 40, box["y"] + box["height"] * row / 40)
        if named.count():
            return
    raise AssertionError(f"{label} is not in the view")


def test_the_explorer_draws_the_family_of_llama(browse: Browse, site: Site) -> None:
    told = json.loads(site.get("/api/lineage/model/llama?direction=down&via=weights", accept="application/json").text)
    wanted = {(via["from"], node["id"]) for node in told["nodes"] for via in node["via"]}
    page = browse("/lineage/model/llama?direction=down&via=weights")
    page.wait_for_selector(f'[data-state="ready"][data-nodes="{DESCENDANTS + 1}"]')
    drawn = json.loads(page.locator('main script[type="application/json"]').first.inner_text())
    assert len(told["nodes"]) == DESCENDANTS
    assert {(edge["to"], edge["from"]) for edge in drawn["edges"]} == wanted


def test_the_editor_runs_its_example(browse: Browse) -> None:
    page = browse("/query")
    page.wait_for_selector('[data-state="ready"]')
    page.get_by_role("button", name="Run").first.click()
    page.wait_for_selector('[data-state="done"]')
    assert page.locator('[data-state="done"]').get_attribute("data-rows") == str(DESCENDANTS)
    assert page.locator('[data-state="done"] tbody tr').count() == DESCENDANTS


def test_the_question_of_what_is_built_on_llama_shows_its_answer(browse: Browse) -> None:
    page = browse("/questions/built-on")
    assert page.locator("main table tbody tr").count() == DESCENDANTS
