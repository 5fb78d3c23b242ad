"""A document with every quirk (``quirks.md``, written for this), a small registry, and what an import makes of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from itgraph.survey.importer import import_survey

HERE = Path(__file__).parent
QUIRKS = HERE / "quirks.md"


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """Return a data folder with the registry alone, into which an import may write."""
    return Path(shutil.copytree(HERE / "registry", tmp_path / "data"))


@pytest.fixture
def imported(registry: Path) -> Path:
    """Return that data folder, with the document imported into it."""
    import_survey(QUIRKS, registry / "survey", data=registry)
    return registry


@pytest.fixture
def claims(registry: Path) -> Callable[[str], dict[str, dict[str, Any]]]:
    """Return a function from the name of an imported file to its claims, graph → node id → node."""

    def read(name: str) -> dict[str, dict[str, Any]]:
        text = (registry / "survey" / f"{name}.yaml").read_text("utf-8")
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes nothing but text
        return {entry["graph"]: {node["id"]: node for node in entry["says"]} for entry in content}

    return read


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes the document with replacements, each of a text that it holds once."""

    def write(*replacements: tuple[str, str]) -> Path:
        text = QUIRKS.read_text("utf-8")
        for old, new in replacements:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = tmp_path / "edited.md"
        path.write_text(text, "utf-8")
        return path

    return write
