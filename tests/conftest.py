"""What the tests share: the release of the real entries, built once for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from itgraph import resources


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a release of the real data, built anew."""
    from itgraph.build import build

    out = tmp_path_factory.mktemp("release")
    build(resources.data_dir(), out)
    return out


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is judged by the clock: no other test may take its processors meanwhile."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent / "serving" / "endpoint"):
            item.add_marker("alone")
