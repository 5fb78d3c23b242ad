"""A stand-in for Wikidata on this machine: see ``stand_in.py``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.serving.links.service import StandIn


@pytest.fixture(scope="session")
def wikidata_process() -> Iterator[StandIn]:
    """Run the stand-in for all tests that need it."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.serving.links.stand_in"],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        yield StandIn(process.stdout.readline().strip())
        process.terminate()


@pytest.fixture
def wikidata_stand_in(wikidata_process: StandIn) -> Iterator[StandIn]:
    """Return the stand-in, without faults and with an empty log."""
    wikidata_process.reset()
    yield wikidata_process
    wikidata_process.reset()
