"""What each failure says is shown by the golden pairs under cases/err; here is what holds for all of them."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from typing import Any

import jsonschema
import jsonschema_rs
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.checking.structure import structure_problems
from schedule_catalog.document import parse_document
from schedule_catalog.schema_files import schema
from tests.properties import examples

WHOLE: dict[str, Any] = {
    "owner": "billing",
    "defaults": {
        "timezone": "Asia/Seoul",
        "service": "billing",
        "headers": {"X-Team": "billing"},
        "auth": {"type": "bearer", "secret": "billing-token"},
        "retry": {"max_attempts": 5, "max_age_minutes": 60},
        "labels": {"tier": "gold"},
    },
    "schedules": {
        "close-invoices": {
            "description": "Close the day's invoices",
            "cron": "0 9 * * ? *",
            "start": "2027-01-01T00:00",
            "stacks": {"prod": {}, "dev": {"rate": "1 hour", "request": {"path": "/dev"}}},
            "flexible_window_minutes": 15,
            "timeout_seconds": 30,
            "overlap": "skip",
            "accept": {"numeric-weekday": "checked"},
            "metrics": "per-schedule",
            "runbook": "https://wiki.example.com/close",
            "request": {
                "method": "POST",
                "path": "/api/v1/invoices/close",
                "params": {"page": 1, "tag": ["a", True]},
                "body": {"mode": "nightly", "list": [1, None]},
                "auth": {"type": "header", "secret": "ssm:key", "name": "X-Api-Key"},
            },
        },
        "launch-campaign": {
            "at": "2027-01-05T09:00",
            "enabled": False,
            "stacks": ["prod", "dev"],
            "request": {"url": "https://ads.example.com/launch"},
        },
    },
}
KEYS = ["cron", "rate", "at", "start", "url", "service", "path", "name", "version", "zzz", "A\n", "retry", "auth"]
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 20_161),
    st.sampled_from([1.0, 1.5, 1441, 2**63, -(2**63), 2**64 - 1]),
    st.sampled_from(
        ["", "a", "A b", "billing\n", "x" * 64, "x" * 513, "ü", "POST", "header", "ssm:", "https://é", "0"]
    ),
    st.lists(st.sampled_from(["prod", "dev", 1, None, {}]), max_size=3),
    st.dictionaries(
        st.sampled_from(["a", "rate", "at", "url", "path", "type", "", "Ü\n"]), st.integers(0, 3), max_size=3
    ),
)


def containers(value: Any) -> list[Any]:
    found = [value] if isinstance(value, dict | list) else []
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        found += containers(inner)
    return found


def mutate(data: st.DataObject, value: Any) -> None:
    """Change, remove or add one member anywhere."""
    container = data.draw(st.sampled_from(containers(value)))
    steps = list(container) if isinstance(container, dict) else list(range(len(container)))
    change = data.draw(st.sampled_from(["replace", "remove", "add"])) if steps else "add"
    if change == "add" and isinstance(container, list):
        container.append(copy.deepcopy(data.draw(STRANGE)))
    elif change == "add":
        container[data.draw(st.sampled_from(KEYS))] = copy.deepcopy(data.draw(STRANGE))
    elif change == "remove":
        del container[data.draw(st.sampled_from(steps))]
    else:
        container[data.draw(st.sampled_from(steps))] = copy.deepcopy(data.draw(STRANGE))


@examples(400)
@given(st.data())
def test_gate_and_jsonschema_agree_and_every_failure_is_worded_at_a_place_of_the_text(data: st.DataObject) -> None:
    value = copy.deepcopy(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        mutate(data, value)
    valid = jsonschema.Draft202012Validator(schema("schedule")).is_valid(value)
    assert jsonschema_rs.Draft202012Validator(schema("schedule")).is_valid(value) is valid
    text = json.dumps(value, indent=1, ensure_ascii=False)
    document = parse_document(text.encode(), "a.yaml")
    assert document.readable, document.problems
    assert document.value == value
    problems = structure_problems(document)
    assert bool(problems) is not valid
    for problem in problems:
        assert 1 <= problem.line <= len(document.lines)
        assert "schema does not allow" not in problem.message
        assert " is not of type " not in problem.message
        assert problem.message.isprintable()


def test_the_whole_example_is_accepted() -> None:
    assert structure_problems(parse_document(yaml.safe_dump(WHOLE, sort_keys=False).encode(), "a.yaml")) == []


def test_a_correct_document_is_accepted_without_importing_jsonschema() -> None:
    program = (
        "import sys; from schedule_catalog.document import parse_document;"
        "from schedule_catalog.checking.structure import structure_problems;"
        "assert not structure_problems(parse_document(b'owner: a\\nschedules: {}\\n', 'a'));"
        "assert 'jsonschema_rs' in sys.modules and 'jsonschema' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_thousands_of_unknown_keys_of_one_mapping_are_cut_short() -> None:
    text = "owner: a\nschedules: {}\n" + "".join(f"key-{number}: 1\n" for number in range(5000))
    problems = structure_problems(parse_document(text.encode(), "a.yaml"))
    assert len(problems) == 21
    assert problems[-1].message == "unknown keys from here on: 4,980 more"


def test_a_long_list_of_mixed_stacks_is_told_its_length_without_comparing_all_pairs() -> None:
    stacks = ", ".join(f"{{}}, {number}" for number in range(2_000))
    text = f"owner: a\nschedules:\n  b: {{rate: 1 hour, stacks: [{stacks}], request: {{}}}}\n"
    problems = structure_problems(parse_document(text.encode(), "a.yaml"))
    assert any(problem.message == '"stacks" has 4,000 members: at most 100 are allowed' for problem in problems)
