"""What the tests of the readers share."""

from collections.abc import Iterator

import pytest

from tests.markdown_renderers.all_renderers import Panel


@pytest.fixture(scope="session")
def panel() -> Iterator[Panel]:
    """All readers that are present."""
    with Panel() as panel:
        yield panel
