"""What the tests of the readers share."""

from collections.abc import Iterator

import pytest

from tests.markdown_renderers.all_renderers import Renderers


@pytest.fixture(scope="session")
def renderers() -> Iterator[Renderers]:
    """All readers that are present."""
    with Renderers() as panel:
        yield panel
