"""Debian's chromium before the real site. What a page says in the console fails the test that opened it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    WebError,
    sync_playwright,
)
from tests.serving.hostile import write_hostile_release
from tests.serving.site.conftest import Site, serving

#: What a script of ours may wait for on two busy processors.
MOST_MILLISECONDS = 15_000
#: The console tells of a refusal once a page, and only of some; the event tells of each.
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, sourceFile}) =>
    console.error("against the policy:", violatedDirective, blockedURI, sourceFile))"""


class Complaints:
    """What a browser reports of the pages of one site: each line is a reason for a test to fail."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.lines: list[str] = []
        #: Pages that are to be answered by a status other than 200, of which the console tells too.
        self.refused: set[str] = set()

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._said)
        context.on("weberror", self._thrown)
        context.on("request", self._asked)
        context.on("dialog", self._shown)

    def _said(self, message: ConsoleMessage) -> None:
        place = message.location["url"]
        refused = message.text.startswith("Failed to load resource") and place in self.refused
        if message.type in ("error", "warning") and not refused:
            self.lines.append(f"{message.type} at {place}: {message.text}")

    def _thrown(self, error: WebError) -> None:
        self.lines.append(f"thrown: {error.error}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:")):
            self.lines.append(f"asked of another origin: {request.url}")

    def _shown(self, dialog: Dialog) -> None:
        self.lines.append(f"a dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return the browser. No name but those of this machine leads anywhere in it."""
    program = shutil.which("chromium")
    assert program is not None, "chromium is missing: make chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site(release: Path) -> Iterator[Site]:
    """Return the site over the real release."""
    yield from serving(release)


@pytest.fixture(scope="package")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the site over a release in which every field attacks the page that shows it."""
    yield from serving(write_hostile_release(tmp_path_factory.mktemp("hostile")))


Browse = Callable[..., Page]


@pytest.fixture
def browse_at(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page of a site in a context of its own; none may complain until the test ends.

    Its arguments are the site's address, the page's path, the status that it is to have, and options of the context.
    """
    contexts: list[BrowserContext] = []
    complaints: list[Complaints] = []

    def browse(url: str, path: str = "/", status: int = 200, **options: Any) -> Page:
        context = browser.new_context(base_url=url, **options)
        contexts.append(context)
        context.set_default_timeout(MOST_MILLISECONDS)
        context.add_init_script(TELL_VIOLATIONS)
        complaints.append(Complaints(url))
        complaints[-1].watch(context)
        page = context.new_page()
        if status != 200:
            complaints[-1].refused.add(url.rstrip("/") + path)
        response = page.goto(path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status}\n{page.inner_text('body')[:1000]}"
        return page

    yield browse
    for context in contexts:
        context.close()
    said = [line for one in complaints for line in one.lines]
    assert not said, "\n".join(said)


@pytest.fixture
def browse(browse_at: Callable[..., Page], site: Site) -> Browse:
    """Return a function that opens a page of the real site."""
    return partial(browse_at, site.url)


@pytest.fixture
def page(browse: Browse) -> Page:
    """Return the first page of the real site, open."""
    return browse()
