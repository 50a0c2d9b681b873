"""What the daemon tells of itself over HTTP: `/metrics` to Prometheus, `/health` to whoever asks whether it is well."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import structlog

from vastine.config import Listen
from vastine.core.condition import Condition, health_of, metrics_of, reasons_against
from vastine.edges.exposition import written
from vastine.edges.http import Answer, HttpServer, ListenError, Request
from vastine.rules_file import SetupError

log = structlog.get_logger()


@contextmanager
def monitored(listen: Listen, condition: Callable[[], Condition]) -> Iterator[HttpServer]:
    """Answer until the end of the block. Raises SetupError where the address cannot be had."""
    try:
        server = HttpServer(listen.host, listen.port, lambda request: answer(request, condition))
    except ListenError as error:
        raise SetupError(
            f"metrics.listen: {error}; choose another address, or leave [metrics] out of the settings"
        ) from error
    try:
        server.start()
        log.info("metrics are served", code="metrics_served", host=listen.host, port=listen.port)
        yield server
    finally:
        server.stop()


def answer(request: Request, condition: Callable[[], Condition]) -> Answer:
    """What is told upon one request."""
    if request.path == "/metrics":
        content_type, content = written(metrics_of(condition()), request.accept)
        return Answer(status=HTTPStatus.OK, content_type=content_type, content=content)
    if request.path == "/health":
        found = condition()
        status = HTTPStatus.SERVICE_UNAVAILABLE if reasons_against(found) else HTTPStatus.OK
        content = json.dumps(health_of(found), ensure_ascii=False, indent=2).encode() + b"\n"
        return Answer(status=status, content_type="application/json", content=content)
    return Answer(status=HTTPStatus.NOT_FOUND, content=b"Ask for /metrics or /health.\n")
