"""What several tests of the flows share."""

from collections.abc import Iterator

import pytest

from vastine.edges.reader import Reader


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """A child that reads mails."""
    reader = Reader(("fi", "sv", "en"))
    yield reader
    reader.close()
