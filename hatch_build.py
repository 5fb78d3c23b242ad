"""Build hook: puts the ontology, the entries, the queries and a built release into the wheel.

In a checkout these folders stand at the top, where people edit them. An installed itgraph has no checkout, so the wheel
carries copies below ``itgraph/_resources/``; ``itgraph.resources`` is their reader. The release is made here from the
entries and the source of this very tree, in a temporary folder: nothing is written into the source tree, and nothing
that is generated is ever committed.

An editable install needs none of this: it reads the checkout.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["ResourcesHook"]

RESOURCES = "itgraph/_resources"
#: What travels, by folder. A suffix that is not here (an editor's backup, a system's litter) stays at home.
CARRIED = {
    "data": {".md", ".tsv", ".yaml"},
    "ontology": {".jsonld", ".rq", ".ttl"},
    "queries": {".rq"},
}


class ResourcesHook(BuildHookInterface[Any]):
    """Adds ``itgraph/_resources`` to a wheel."""

    PLUGIN_NAME = "custom"

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
        self.made = TemporaryDirectory(prefix="itgraph-release-")
        # The files of the release alone: a wheel holds no links, and no release before this one.
        for path in sorted(build_release(root, Path(self.made.name)).iterdir()):
            carried[str(path)] = f"{RESOURCES}/release/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary release once the wheel holds it."""
        if version != "editable":
            self.made.cleanup()


def build_release(root: Path, out: Path) -> Path:
    """Build the release of the tree at ``root`` into ``out``, with its own code and without leaving bytecode.

    Returns the folder that holds the files of the release and nothing else.
    """
    writes_no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(root / "src"))
    try:
        from itgraph.build import build

        # Without the shapes: they judge the entries in every test run, and would make pySHACL a build requirement.
        return build(root / "data", out, shacl=False).release
    finally:
        sys.path.remove(str(root / "src"))
        sys.dont_write_bytecode = writes_no_bytecode
