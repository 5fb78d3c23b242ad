"""Takes the pictures of the README anew: ``make screenshots``, whenever the pages have changed.

A server over the release in ``build/`` is started for it, and a browser without a window looks at it.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
#: Name, address, the state of the page to wait for, light or dark.
PICTURES = (
    ("entity", "/model/alpaca.html", "main", "light"),
    ("explorer", "/lineage/model/llama?direction=down&via=weights", "[data-state=ready]", "dark"),
)
WIDTH, HEIGHT = 1200, 800


def main() -> int:
    """Take all pictures; return the exit code."""
    words = [sys.executable, "-m", "itgraph", "serve", "--port", "0", "--release", str(ROOT / "build")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        first = server.stdout.readline() if server.stdout is not None else ""
        found = re.search(r"http://127\.0\.0\.1:\d+(?=/)", first)
        if found is None:
            sys.stderr.write(server.communicate()[1])
            return 1
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for name, path, ready, scheme in PICTURES:
                size = {"width": WIDTH, "height": HEIGHT}
                page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
                page.goto(found[0] + path)
                page.wait_for_selector(ready)
                page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png", animations="disabled")
            browser.close()
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
