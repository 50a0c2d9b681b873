"""The words that systemd is told, against a real datagram socket."""

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from vastine.edges.systemd import notify, watchdog_interval


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A socket such as systemd listens on, and what it would set NOTIFY_SOCKET to."""
    name = str(tmp_path / "notify") if request.param == "path" else f"@vastine-{uuid4()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0", 1) if request.param == "abstract" else name)
        listening.settimeout(5)
        yield listening, name


def test_the_manager_hears_what_it_is_told(manager: tuple[socket.socket, str]) -> None:
    listening, name = manager
    assert notify("READY=1\nSTATUS=3 postilaatikkoa, ei jonoa: äö", {"NOTIFY_SOCKET": name})
    assert listening.recv(4096).decode() == "READY=1\nSTATUS=3 postilaatikkoa, ei jonoa: äö"


@pytest.mark.parametrize("name", ["", "relative", "vsock:2:1234"])
def test_without_a_manager_nothing_is_said(name: str) -> None:
    assert not notify("READY=1", {"NOTIFY_SOCKET": name})


def test_without_the_variable_nothing_is_said() -> None:
    assert not notify("READY=1", {})


def test_a_manager_that_is_gone_is_no_error(tmp_path: Path) -> None:
    assert not notify("WATCHDOG=1", {"NOTIFY_SOCKET": str(tmp_path / "gone")})


def test_a_manager_that_does_not_read_holds_nobody_up(tmp_path: Path) -> None:
    name = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name)
        heard = [notify("WATCHDOG=1", {"NOTIFY_SOCKET": name}) for _ in range(5000)]
    assert not heard[-1]


def test_the_watchdog_tells_its_time() -> None:
    assert watchdog_interval({"WATCHDOG_USEC": "30000000"}) == timedelta(seconds=30)


def test_a_watchdog_for_this_process_is_ours() -> None:
    environ = {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}
    assert watchdog_interval(environ) == timedelta(seconds=30)


def test_a_watchdog_for_another_process_is_not_ours() -> None:
    assert watchdog_interval({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}) is None


@pytest.mark.parametrize("environ", [{}, {"WATCHDOG_USEC": ""}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "soon"}])
def test_without_a_watchdog_there_is_no_time(environ: dict[str, str]) -> None:
    assert watchdog_interval(environ) is None
