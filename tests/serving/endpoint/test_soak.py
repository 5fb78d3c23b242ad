"""Good and hostile load for minutes: nothing grows, nobody is lost. ``make soak``; not a part of ``make test``."""

from __future__ import annotations

import http.client
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.serving.killers import KILLERS

Serve = Callable[..., Any]

pytestmark = pytest.mark.soak

MINUTES = float(os.environ.get("SOAK_MINUTES", "5"))


def resident(pid: int) -> int:
    """Return the memory of a process, in kB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


def test_after_minutes_of_mixed_load_all_is_as_before(serve: Serve, release: Path) -> None:
    server = serve("--release", release, "--max-seconds", 2, "--max-connections", 300)
    over = threading.Event()
    statuses: Counter[int] = Counter()
    wrong: list[object] = []

    def ask_well(number: int) -> None:
        count = 0
        while not over.is_set():
            count += 1
            # One in three is the same again.
            query = f"SELECT (COUNT(*) AS ?n) {{ ?m itg:ancestorModel <model/llama> }} # {number} {count // 3}"
            reply = server.query(query, f"127.0.1.{number + 1}", format="csv")
            statuses[reply.status] += 1
            if reply.status == 200 and reply.text != "n\r\n16\r\n":
                wrong.append(reply.text)

    def ask_ill(number: int) -> None:
        choose = random.Random(number)  # noqa: S311 - the order of the hostile is no secret
        while not over.is_set():
            killer = choose.choice(KILLERS)
            connection = server.connect(f"127.0.2.{number + 1}")
            try:
                body = urlencode({"query": killer.text.replace("PORT", "9")}).encode()
                connection.request("POST", "/sparql", body, {"Content-Type": "application/x-www-form-urlencoded"})
                # Some hang up before the answer.
                if choose.random() < 0.7:
                    connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                # Broken off in the middle, as it should be.
                pass
            finally:
                connection.close()

    def republish() -> None:
        while not over.wait(10):
            (release / "manifest.json").resolve().touch()
            server.process.send_signal(signal.SIGHUP)

    crowd = [threading.Thread(target=ask_well, args=(number,)) for number in range(6)]
    crowd += [threading.Thread(target=ask_ill, args=(number,)) for number in range(3)]
    crowd.append(threading.Thread(target=republish))
    for thread in crowd:
        thread.start()
    over.wait(MINUTES * 60 / 5)
    early = resident(server.process.pid), len(os.listdir(f"/proc/{server.process.pid}/fd"))  # noqa: PTH208
    over.wait(MINUTES * 60 * 4 / 5)
    over.set()
    for thread in crowd:
        thread.join(timeout=60)
    assert wrong == []
    assert set(statuses) == {200}
    until = time.monotonic() + 30
    while len(server.workers()) > 2 or server.metric("itgraph_queries_running"):
        assert time.monotonic() < until
    late = resident(server.process.pid), len(os.listdir(f"/proc/{server.process.pid}/fd"))  # noqa: PTH208
    # The cache is bounded, and what else a front keeps is not for each query.
    assert late[0] < early[0] * 1.25 + 16_000
    assert late[1] <= early[1] + 5
