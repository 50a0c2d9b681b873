"""Writing metrics down as Prometheus reads them: in its text format, or as OpenMetrics where that is asked for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client import Metric as Family
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from vastine.core.condition import Metric

_OPENMETRICS: Final = "application/openmetrics-text"


def written(metrics: Iterable[Metric], accept: str) -> tuple[str, bytes]:
    """The type of the content, and the content. `accept` is the field of the request (RFC 9110 section 12.5.1)."""
    found = _Found(tuple(metrics))
    if _OPENMETRICS in accept:
        return openmetrics.CONTENT_TYPE_LATEST, openmetrics.generate_latest(found)  # type: ignore[no-untyped-call]
    return CONTENT_TYPE_PLAIN_0_0_4, generate_latest(found)


@dataclass(frozen=True, slots=True)
class _Found(Collector):
    """Metrics in the library's own values."""

    metrics: tuple[Metric, ...]

    def collect(self) -> Iterator[Family]:
        for metric in self.metrics:
            kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
            family = kind(metric.name, metric.help, labels=metric.labels)
            for labels, value in metric.samples:
                family.add_metric(labels, value)
            yield family
