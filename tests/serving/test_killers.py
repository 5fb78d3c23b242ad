"""The corpus of killers: each is a query to the engine's parser, unless that dies of it, and says how it kills."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.serving.killers import ADDRESS, KILLERS, WAYS, Killer

LARGEST = 64 * 1024
# Evaluation is cut off after a second of work: that comes behind the parser.
PARSE = """
import resource, sys
import pyoxigraph as ox

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
try:
    ox.Store().query(sys.stdin.read(), base_iri="http://example.org/")
except (OSError, RuntimeError):
    pass
"""


def test_each_way_to_kill_is_there_and_each_name_once() -> None:
    assert {killer.kills for killer in KILLERS} == set(WAYS)
    assert len({killer.name for killer in KILLERS}) == len(KILLERS)
    assert sum(killer.kills == "network" for killer in KILLERS) >= 20


@pytest.mark.parametrize("killer", KILLERS, ids=lambda killer: killer.name)
def test_a_killer_is_a_query_that_fits(killer: Killer) -> None:
    assert len(killer.text.encode()) <= LARGEST
    assert killer.kills in WAYS
    assert (killer.kills == "network") == ("127.0.0.1:PORT" in killer.text)
    # Nothing is asked: a port that no number may be is refused by the parser of IRIs or by the engine.
    text = killer.text.replace(ADDRESS, "file:").replace("127.0.0.1:PORT", "127.0.0.1:1")
    done = subprocess.run([sys.executable, "-c", PARSE], input=text, capture_output=True, text=True, check=False)
    assert done.returncode <= 0, done.stderr
    assert done.returncode == 0 or killer.kills != "network"
