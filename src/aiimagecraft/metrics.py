"""What a Prometheus may know of this process."""

from __future__ import annotations

from collections.abc import Iterable

from litestar import Response, get
from litestar.di import NamedDependency
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from aiimagecraft.config import LOOPBACK, Settings
from aiimagecraft.errors import Forbidden, Unauthorized
from aiimagecraft.proxy.upstream import Upstream
from aiimagecraft.web import AnyRequest, has_bearer_token

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED = ("forwarded", "x-forwarded-", "x-real-ip", "via")
"""How the headers of a reverse proxy begin, whose address is not that of who asks."""

GAUGES = {
    "active": "Exchanges with the Stash server that go on.",
    "queued": "Requests that wait for their turn.",
}
COUNTERS = {
    "granted": "Requests whose turn came.",
    "refused": "Requests that found the queue full.",
    "late": "Requests whose turn did not come before the deadline.",
    "abandoned": "Requests that were left while they waited or went on.",
}


class Lanes(Collector):
    """Reads the proxy's lanes when it is asked.

    Args:
        upstream: Whose.
    """

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream

    def collect(self) -> Iterable[Metric]:
        """Return the present figures."""
        for name, text in GAUGES.items():
            yield self._fill(GaugeMetricFamily(f"aiimagecraft_proxy_{name}", text, labels=["lane"]), name)
        for name, text in COUNTERS.items():
            yield self._fill(CounterMetricFamily(f"aiimagecraft_proxy_{name}", text, labels=["lane"]), name)

    def _fill(self, family: GaugeMetricFamily | CounterMetricFamily, name: str) -> Metric:
        for label, lane in self._upstream.lanes.items():
            family.add_metric([label], getattr(lane, name))
        return family


@get("/metrics", media_type="text/plain", tags=["operations"])
async def show_metrics(
    request: AnyRequest, settings: NamedDependency[Settings], upstream: NamedDependency[Upstream]
) -> Response[bytes]:
    """Show the figures of this process, to this machine or to who has the token."""
    _check_access(request, settings.metrics_token)
    registry = CollectorRegistry()
    registry.register(Lanes(upstream))
    PlatformCollector(registry)
    ProcessCollector(registry=registry)
    headers = {"cache-control": "no-store", "content-type": CONTENT_TYPE}
    return Response(generate_latest(registry), headers=headers)


def _check_access(request: AnyRequest, token: str | None) -> None:
    is_forwarded = any(name.lower().startswith(FORWARDED) for name in request.headers)
    if request.client and request.client.host in LOOPBACK and not is_forwarded:
        return
    if token is None:
        raise Forbidden("Metrics are for this machine only; no METRICS_TOKEN is set on this server")
    if not has_bearer_token(request, token):
        raise Unauthorized("Send the header Authorization: Bearer METRICS_TOKEN")


ROUTES = [show_metrics]
