"""Whether two policy documents say the same, as the Terraform provider checks before it reports a change.

https://github.com/hashicorp/awspolicyequivalence
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast


def says_the_same(one: object, other: object) -> bool:
    """Whether documents differ only in the order of statements and members, or in a list of one for its member."""
    return _canonical(one) == _canonical(other)


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        members = cast("Mapping[str, object]", value)
        return {key: _canonical(each) for key, each in members.items()}
    if isinstance(value, list):
        items = [_canonical(each) for each in cast("list[object]", value)]
        return items[0] if len(items) == 1 else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    return value
