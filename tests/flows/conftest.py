"""What several tests of the flows share."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from vastine.edges.reader import Reader


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Traces of failures that are wanted take a second each to print."""
    with capture_logs():
        yield


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """A child that reads mails."""
    reader = Reader(("fi", "sv", "en"))
    yield reader
    reader.close()
