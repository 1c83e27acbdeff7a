from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from schedule_catalog.schema_files import schema


@pytest.mark.parametrize("name", ["schedule", "request"])
def test_a_schema_is_found_and_is_a_schema_of_2020_12(name: str) -> None:
    found = schema(name)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(found)
