"""A collector that is sent spans and metrics, by OTLP over HTTP."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics.export import MetricExportResult, MetricsData
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult

TOGETHER = 500
"""Spans of a message."""
TIMEOUT = 5.0
"""Seconds in which a message must be taken."""


class CollectorError(Exception):
    """A collector did not take what it was sent."""


class Collector:
    """Sends to one collector; the environment (`OTEL_EXPORTER_OTLP_HEADERS`) may say how.

    Args:
        url: Its address, without the path of a signal: ``http://127.0.0.1:4318``.

    Attributes:
        url: The same.

    Raises:
        ValueError: That is no such address.
    """

    def __init__(self, url: str) -> None:
        self.url = checked(url)
        # What fails is told by us, once, and not by each try.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        self._spans = OTLPSpanExporter(endpoint=f"{self.url}/v1/traces", timeout=TIMEOUT)
        self._metrics = OTLPMetricExporter(endpoint=f"{self.url}/v1/metrics", timeout=TIMEOUT)

    def send(self, spans: Sequence[ReadableSpan], metrics: MetricsData) -> None:
        """Send spans and metrics.

        Raises:
            CollectorError: They were not taken.
        """
        batches = (spans[start : start + TOGETHER] for start in range(0, len(spans), TOGETHER))
        taken = all(self._spans.export(batch) is SpanExportResult.SUCCESS for batch in batches)
        if not taken or self._metrics.export(metrics) is not MetricExportResult.SUCCESS:
            raise CollectorError(
                f"the collector at {self.url} takes nothing; start one that speaks OTLP over HTTP "
                "there"
            )

    def close(self) -> None:
        """Send no more, and wait for nothing."""
        self._spans.shutdown()  # type: ignore[no-untyped-call]
        self._metrics.shutdown()


def checked(url: str) -> str:
    """Return the address of a collector, without a slash at its end.

    Raises:
        ValueError: It is none.
    """
    try:
        parts = urlsplit(url)
        proper = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        proper = False
    if not proper or parts.query or parts.fragment:
        raise ValueError(
            f"--otlp {url}: give the address of a collector, such as http://127.0.0.1:4318"
        )
    return url.rstrip("/")
