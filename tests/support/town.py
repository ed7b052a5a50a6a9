"""The town of `portal.testing` on each database that is tested."""

from collections.abc import Iterator

import pytest

from portal.app import create_app
from portal.testing import Town


@pytest.fixture
def town(settings) -> Iterator[Town]:
    """A district, a street, two communities with every plugin on; exceptions of plugins come through."""
    made = Town(create_app(settings, raising=True))
    yield made
    made.db.close()
