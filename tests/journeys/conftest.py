from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.distributions.workshop import Workshop, workshop


@pytest.fixture(scope="package", name="workshop")
def _workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with workshop(tmp_path_factory.mktemp("workshop")) as made:
        yield made
