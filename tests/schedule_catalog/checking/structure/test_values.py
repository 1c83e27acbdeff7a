"""What an author is advised to write instead of a value of the wrong type."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest

from tests.catalog_texts import checked
from tests.schedule_catalog.checking.structure.test_structure import WHOLE

Place = tuple[str | int, ...]


def places(value: Any, above: Place = ()) -> list[Place]:
    """Where the values of a document are that are neither mappings nor lists."""
    if not isinstance(value, dict | list):
        return [above]
    steps = value if isinstance(value, dict) else range(len(value))
    return [place for step in steps for place in places(value[step], (*above, step))]


def messages(place: Place, value: object) -> list[str]:
    """What the check says of the whole example with another value in one place."""
    document = copy.deepcopy(WHOLE)
    container: Any = document
    for step in place[:-1]:
        container = container[step]
    container[place[-1]] = value
    return [each.message for each in checked(json.dumps(document)).errors]


@pytest.mark.parametrize("value", [5, 0, 1767225600, 1.5, True, False, "5", "1", "99999999"])
@pytest.mark.parametrize("place", places(WHOLE), ids=lambda place: ".".join(map(str, place)))
def test_a_value_gets_one_message_and_no_advice_that_is_refused(place: Place, value: object) -> None:
    found = [each for each in messages(place, value) if "must be" in each or "cannot be" in each]
    assert len(found) <= 1
    for advice in found:
        if quoted := re.search(r'write "([^"]*)" in quotes$', advice):
            assert messages(place, quoted[1]) == []
        if bare := re.search(r"write (\d+) without quotes$", advice):
            assert messages(place, int(bare[1])) == []
