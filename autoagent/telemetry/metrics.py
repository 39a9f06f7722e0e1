"""What a run took, as metrics: sums since it was begun, over all its sittings."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import Any

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)

from autoagent.asker import CALL
from autoagent.death import Cause
from autoagent.journal import BEGINS, Event
from autoagent.telemetry.fields import data_of, nanoseconds, number_of, text_of
from autoagent.telemetry.spans import RESOURCE, SCOPE

BOUNDS = tuple(4**power for power in range(14))
"""Of the histogram of tokens, as the conventions advise."""
SINCE_BEGUN = AggregationTemporality.CUMULATIVE
TOKENS = {"input": "tokens_in", "output": "tokens_out"}


class Metrics:
    """Adds up a run's events.

    Args:
        run: Id of the run.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self._model = ""
        self._begun = self._now = 0
        self._tokens: dict[tuple[str, str], list[int]] = {}
        self._cost: Counter[str] = Counter()
        self._steps = 0
        self._deaths: Counter[str] = Counter()

    def take(self, event: Event) -> None:
        """Count an event."""
        data = data_of(event)
        self._now = nanoseconds(event)
        if event.kind in BEGINS:
            self._begun = self._begun or self._now
            self._model = text_of(data, "llm") or self._model
        elif event.kind == CALL:
            for kind, name in TOKENS.items():
                self._tokens.setdefault((self._model, kind), []).append(int(number_of(data, name)))
            self._cost[self._model] += number_of(data, "cost")  # type: ignore[assignment]
        elif event.kind == "outcome":
            self._steps += 1
            if (cause := text_of(data, "cause")) in set(Cause):
                self._deaths[cause] += 1

    def read(self) -> MetricsData:
        """Return all sums as of the last event."""
        tokens = [
            self._histogram(counts, self._of_model(model) | {"gen_ai.token.type": kind})
            for (model, kind), counts in self._tokens.items()
        ]
        costs = [self._number(cost, self._of_model(model)) for model, cost in self._cost.items()]
        deaths = [
            self._number(count, {"autoagent.cause": cause}) for cause, count in self._deaths.items()
        ]
        usage = "gen_ai.client.token.usage"
        metrics = [
            Metric(usage, "Tokens of an answer", "{token}", Histogram(tokens, SINCE_BEGUN)),
            _sum("autoagent.cost", "Money, in the unit of the prices", "1", costs),
            _sum("autoagent.steps", "Steps lived", "{step}", [self._number(self._steps, {})]),
            _sum("autoagent.deaths", "Lives that ended, by cause", "{death}", deaths),
        ]
        scope = ScopeMetrics(SCOPE, metrics, schema_url="")
        return MetricsData([ResourceMetrics(RESOURCE, [scope], schema_url="")])

    def _of_model(self, model: str) -> dict[str, str]:
        return {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": model.partition(":")[0],
            "gen_ai.request.model": model,
        }

    def _number(self, value: float, told: dict[str, str]) -> NumberDataPoint:
        return NumberDataPoint(told | {"autoagent.run": self._run}, self._begun, self._now, value)

    def _histogram(self, counts: list[int], told: dict[str, str]) -> HistogramDataPoint:
        buckets = [0] * (len(BOUNDS) + 1)
        for count in counts:
            buckets[bisect_left(BOUNDS, count)] += 1
        return HistogramDataPoint(
            attributes=told | {"autoagent.run": self._run},
            start_time_unix_nano=self._begun,
            time_unix_nano=self._now,
            count=len(counts),
            sum=sum(counts),
            bucket_counts=buckets,
            explicit_bounds=BOUNDS,
            min=min(counts),
            max=max(counts),
        )


def _sum(name: str, description: str, unit: str, points: Any) -> Metric:
    return Metric(name, description, unit, Sum(points, SINCE_BEGUN, is_monotonic=True))
