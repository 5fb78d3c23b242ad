"""A server for which the graph view and the editor were not built: it runs, and says so."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.serving.site.conftest import Site

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def bare(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Yield the site of a checkout that has no ``build/widgets``, whose server must have told so at its start."""
    top = tmp_path_factory.mktemp("checkout")
    for folder in ("ontology", "queries", "src"):
        shutil.copytree(ROOT / folder, top / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", top)
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "itgraph", "serve", "--port", "0", "--release", str(release)],
        env=os.environ | {"PYTHONPATH": str(top / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/(?=\s)", process.stdout.readline())
        assert found
        site = Site(found[0])
        yield site
        site.close()
        process.send_signal(signal.SIGINT)
        assert "the pages come without the graph view and the query editor" in process.communicate(timeout=20)[1]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/lineage/model/llama", "without the view that unfolds"),
        ("/query", "without the editor"),
        ("/model/llama.html", "Lineage"),
    ],
)
def test_the_pages_do_without_and_say_so(bare: Site, path: str, said: str) -> None:
    page = bare.page(path)
    assert said in page.text_content()
    scripts = [script.get("src") for script in page.cssselect("script[src]")]
    assert not [src for src in scripts if "explorer" in src or "widgets" in src]
    for src in scripts:
        assert bare.get(src, accept=None).status == 200
