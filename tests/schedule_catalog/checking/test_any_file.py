"""Whatever a file holds, check answers with problems and what passes can be fired."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check_documents
from schedule_catalog.document import parse_document
from schedule_catalog.entry import HANDING_MINUTES
from schedule_catalog.settings import read_settings
from tests.catalog_texts import NOW
from tests.properties import examples

CASES = Path(__file__).parent / "cases"
SETTINGS = {stack: read_settings(CASES / f"Pulumi.{stack}.yaml") for stack in ("dev", "prod")}
CATALOGS = [yaml.load(path.read_text(), yaml.BaseLoader) for path in sorted((CASES / "ok").glob("*.yaml"))]
TIMES = ["2027-03-28T02:30", "2027-10-31T02:30", "0001-01-01T00:00", "9999-12-31T23:59", "2025-01-01T00:00"]
TEXTS = [
    "",
    "x",
    "dev",
    "1 minute",
    "0 9 ? * 2 *",
    "0 9 LW * ? *",
    "Europe/Paris",
    "https://ads.example.com/x",
    "<aws.",
]
VALUES: list[Any] = [None, True, 0, -1, 10**6, 1.5, [], {}, ["dev"], {"dev": {}}, {"a": {"b": [1]}}, *TIMES, *TEXTS]

Place = tuple[str | int, ...]


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*above, key)
        yield from places(value[key], (*above, key))


KEYS = sorted({place[-1] for catalog in CATALOGS for place in places(catalog) if isinstance(place[-1], str)})


def mutated(chance: Random) -> Any:
    catalog = deepcopy(chance.choice(CATALOGS))
    for _ in range(chance.randint(1, 4)):
        *above, last = chance.choice(list(places(catalog)) or [("owner",)])
        container = catalog
        for step in above:
            container = container[step]
        if isinstance(container, dict) and chance.random() < 0.3:
            container.pop(last, None)
        else:
            key = chance.choice(KEYS) if isinstance(container, dict) and chance.random() < 0.4 else last
            container[key] = deepcopy(chance.choice(VALUES))
    return catalog


@examples(300)
@given(st.randoms(use_true_random=False))
def test_no_mistake_ends_the_check(chance: Random) -> None:
    data = json.dumps(mutated(chance), indent=1).encode()
    catalog = check_documents([parse_document(data, "a.yaml")], settings=SETTINGS, calendars=UNREAD, now=NOW)

    assert all(problem.line > 0 and problem.column > 0 and problem.message for problem in catalog.problems)
    for entry in catalog.entries:
        assert all(fire >= NOW for fire in islice(entry.timing.fires(NOW, NOW + timedelta(days=400)), 3))
        assert entry.finished(NOW, HANDING_MINUTES) in (True, False)
