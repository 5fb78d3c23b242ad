"""What the endpoint counts, and tells at ``/metrics`` in the text format of Prometheus.

Part of the endpoint, below ``service``. Counting is adding to a number; the names and the format are made when somebody
asks. https://prometheus.io/docs/instrumenting/exposition_formats/

>>> metrics = Metrics()
>>> metrics.count("answered", 0.02)
>>> b'itgraph_queries_total{outcome="answered"} 1.0' in exposition(metrics, {"itgraph_workers": ("Workers.", 2)})
True
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

__all__ = ["Metrics", "exposition"]

#: Upper bounds of the histogram, in seconds.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """Counts since the start. ``hits`` are answers from the cache; the outcomes are those of all other requests."""

    def __init__(self) -> None:
        self.hits = 0
        self.outcomes: Counter[str] = Counter()
        self.seconds = 0.0
        self.deaths = 0
        self.workers_made = 0
        self.releases = 0
        self.releases_refused = 0
        self._buckets = [0] * (len(BUCKETS) + 1)

    def count(self, outcome: str, seconds: float | None = None) -> None:
        """Count a request by its outcome ("answered", "gone" or a type of problem), and the time of its evaluation."""
        self.outcomes[outcome] += 1
        if seconds is not None:
            self.seconds += seconds
            self._buckets[bisect_left(BUCKETS, seconds)] += 1

    def buckets(self) -> list[tuple[str, float]]:
        """Return the cumulative histogram of the seconds that evaluations took, waiting included."""
        bounds = [*(f"{bound:g}" for bound in BUCKETS), "+Inf"]
        return list(zip(bounds, accumulate(map(float, self._buckets)), strict=True))


def exposition(metrics: Metrics, gauges: Mapping[str, tuple[str, float]]) -> bytes:
    """Return all of it as text: what was counted, and the gauges, each with its name, help and value."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Counted(metrics, gauges))
    return generate_latest(registry)


class Counted(Collector):
    """The metrics in the classes of the Prometheus client."""

    def __init__(self, metrics: Metrics, gauges: Mapping[str, tuple[str, float]]) -> None:
        self._metrics = metrics
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """Yield each metric."""
        counted = self._metrics
        queries = CounterMetricFamily("itgraph_queries", "Queries by outcome.", labels=["outcome"])
        for outcome, count in sorted({**counted.outcomes, "cached": counted.hits}.items()):
            queries.add_metric([outcome], count)
        yield queries
        what = "Time from a query's arrival to the end of its evaluation."
        yield HistogramMetricFamily("itgraph_query_seconds", what, counted.buckets(), counted.seconds)
        yield CounterMetricFamily("itgraph_worker_deaths", "Workers that ended under a query.", counted.deaths)
        yield CounterMetricFamily("itgraph_workers_made", "Workers that were forked.", counted.workers_made)
        yield CounterMetricFamily("itgraph_releases", "Releases that were taken up.", counted.releases)
        yield CounterMetricFamily("itgraph_releases_refused", "Releases refused as broken.", counted.releases_refused)
        for name, (what, value) in self._gauges.items():
            yield GaugeMetricFamily(name, what, value)
