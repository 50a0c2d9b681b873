"""The small HTTP server, against real sockets: what it answers, what it refuses, and who cannot hold it up."""

import http.client
import socket
from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from structlog.testing import capture_logs

from vastine.edges.http import CLIENTS_AT_MOST, HEAD_AT_MOST, Answer, HttpServer, ListenError, Request


def echo(request: Request) -> Answer:
    return Answer(status=HTTPStatus.OK, content=f"{request.path} {request.accept}".encode())


@pytest.fixture
def serving() -> Iterator[Callable[..., HttpServer]]:
    servers: list[HttpServer] = []

    def serve(answer: Callable[[Request], Answer] = echo, *, within: float = 20.0) -> HttpServer:
        servers.append(HttpServer("127.0.0.1", 0, answer, within=within))
        servers[-1].start()
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


def connect(server: HttpServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=20)


def said(server: HttpServer, octets: bytes) -> bytes:
    """All that comes back upon these octets, until the server closes."""
    with connect(server) as client:
        client.sendall(octets)
        return b"".join(iter(lambda: client.recv(65536), b""))


def is_turned_away(server: HttpServer) -> bool:
    try:
        return said(server, b"GET / HTTP/1.1\r\n\r\n") == b""
    except ConnectionError:
        return True


def test_a_get_is_answered(serving: Callable[..., HttpServer]) -> None:
    client = http.client.HTTPConnection("127.0.0.1", serving().port, timeout=20)
    client.request("GET", "/metrics?x=1", headers={"Accept": "text/plain"})
    answer = client.getresponse()
    assert (answer.status, answer.read(), answer.getheader("Connection")) == (200, b"/metrics text/plain", "close")
    client.close()


def test_a_head_is_answered_without_the_content(serving: Callable[..., HttpServer]) -> None:
    head, _, content = said(serving(), b"HEAD /a HTTP/1.1\r\n\r\n").partition(b"\r\n\r\n")
    assert b"\r\nContent-Length: 3\r\n" in head
    assert content == b""


@pytest.mark.parametrize("method", [b"POST", b"PUT", b"DELETE", b"CONNECT", b"get"])
def test_other_methods_are_refused(serving: Callable[..., HttpServer], method: bytes) -> None:
    answer = said(serving(), method + b" / HTTP/1.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"\r\nAllow: GET, HEAD\r\n" in answer


@pytest.mark.parametrize("octets", [b"", b"GET /", b"GET / a HTTP/1.1", b"GET / SMTP", b"\x16\x03\x01"])
def test_what_is_no_request_is_refused(serving: Callable[..., HttpServer], octets: bytes) -> None:
    assert said(serving(), octets + b"\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_a_request_that_is_too_large_is_refused(serving: Callable[..., HttpServer]) -> None:
    assert said(serving(), b"GET / HTTP/1.1\r\nX: " + b"x" * 2 * HEAD_AT_MOST).startswith(b"HTTP/1.1 431 ")


def test_a_client_that_says_nothing_is_sent_away(serving: Callable[..., HttpServer]) -> None:
    assert said(serving(within=0.2), b"GET / HT").startswith(b"HTTP/1.1 408 ")


def test_slow_clients_hold_nobody_up(serving: Callable[..., HttpServer]) -> None:
    server = serving()
    slow = [connect(server) for _ in range(CLIENTS_AT_MOST // 2)]
    for client in slow:
        client.sendall(b"GET /slow HTTP/1.1\r\nX: ")
    assert said(server, b"GET /quick HTTP/1.1\r\n\r\n").endswith(b"/quick ")
    slow[0].sendall(b"x\r\n\r\n")
    assert slow[0].recv(65536).startswith(b"HTTP/1.1 200 ")  # it was not sent away meanwhile
    for client in slow:
        client.close()


def test_too_many_clients_at_once_are_turned_away(serving: Callable[..., HttpServer]) -> None:
    server = serving()
    crowd = [connect(server) for _ in range(CLIENTS_AT_MOST)]
    for client in crowd:
        client.sendall(b"GET / HT")
    assert is_turned_away(server)
    for client in crowd:
        client.close()
    assert said(server, b"GET /a HTTP/1.1\r\n\r\n").endswith(b"/a ")


def test_an_answer_that_fails_is_the_end_of_that_request_only(serving: Callable[..., HttpServer]) -> None:
    def broken(request: Request) -> Answer:
        if request.path == "/broken":
            raise ZeroDivisionError
        return echo(request)

    server = serving(broken)
    with capture_logs() as logs:
        assert said(server, b"GET /broken HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 500 ")
    assert [line["code"] for line in logs] == ["http_failed"]
    assert said(server, b"GET /a HTTP/1.1\r\n\r\n").endswith(b"/a ")


def test_a_client_that_goes_away_is_no_trouble(serving: Callable[..., HttpServer]) -> None:
    server = serving()
    for _ in range(20):
        connect(server).close()
    assert said(server, b"GET /a HTTP/1.1\r\n\r\n").endswith(b"/a ")


def test_a_large_answer_arrives_whole(serving: Callable[..., HttpServer]) -> None:
    server = serving(lambda _: Answer(status=HTTPStatus.OK, content=b"x" * 3_000_000))
    assert said(server, b"GET / HTTP/1.1\r\n\r\n").endswith(b"x" * 3_000_000)


def test_an_address_that_is_taken_is_told_in_a_sentence(serving: Callable[..., HttpServer]) -> None:
    port = serving().port
    with pytest.raises(ListenError, match=f"cannot listen on 127.0.0.1:{port}: address already in use"):
        HttpServer("127.0.0.1", port, echo)


def test_an_address_of_another_machine_is_told_in_a_sentence() -> None:
    with pytest.raises(ListenError, match=r"cannot listen on 192.0.2.1:9464: cannot assign requested address"):
        HttpServer("192.0.2.1", 9464, echo)


def test_the_port_is_free_after_the_end(serving: Callable[..., HttpServer]) -> None:
    server = serving()
    said(server, b"GET / HTTP/1.1\r\n\r\n")
    port = server.port
    server.stop()
    HttpServer("127.0.0.1", port, echo).stop()


def test_the_end_waits_for_no_slow_client(serving: Callable[..., HttpServer]) -> None:
    server = serving()
    with connect(server) as slow:
        slow.sendall(b"GET / HT")
        assert said(server, b"GET /a HTTP/1.1\r\n\r\n").endswith(b"/a ")
        server.stop()
        assert slow.recv(1) == b""


def test_a_server_that_was_never_started_can_be_stopped() -> None:
    HttpServer("127.0.0.1", 0, echo).stop()
