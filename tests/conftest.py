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


#: Tests of how a server behaves in time: under load, at its limits, when its processes are killed.
JUDGED_BY_THE_CLOCK = frozenset(
    {"test_crowds.py", "test_killers.py", "test_limits.py", "test_new_releases.py", "test_workers.py"}
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is judged by the clock: no other test may take its processors meanwhile."""
    endpoint = Path(__file__).parent / "serving" / "endpoint"
    for item in items:
        if item.path.parent == endpoint and item.path.name in JUDGED_BY_THE_CLOCK:
            item.add_marker("alone")
