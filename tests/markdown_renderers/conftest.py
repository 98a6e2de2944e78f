from collections.abc import Iterator

import pytest

from tests.markdown_renderers.all_renderers import Renderers


@pytest.fixture(scope="session")
def renderers() -> Iterator[Renderers]:
    with Renderers() as installed:
        yield installed
