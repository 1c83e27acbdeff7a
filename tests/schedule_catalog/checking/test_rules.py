from __future__ import annotations

from pathlib import Path

import pytest

from schedule_catalog.checking.rules import CONTEXT_RULES, DRAFT_RULES, ENTRY_RULES, RULES, STACK_RULES
from tests.type_check import type_errors

RULE = """
from collections.abc import Iterator

from schedule_catalog.checking.draft import Draft
from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.rules.rule import DraftRule, Rule

def _check(draft: Draft{parameter}) -> Iterator[Fault]:
    yield Fault((), draft.name)

MINE: DraftRule = Rule("mine", "it is mine", _check)
"""


@pytest.mark.parametrize(("parameter", "error"), [("", ""), (", stack: str", "reportAssignmentType")])
def test_a_rule_with_a_wrong_signature_fails_the_type_check(parameter: str, error: str, tmp_path: Path) -> None:
    found = type_errors(tmp_path, RULE.format(parameter=parameter))

    assert error in found
    assert bool(found) == bool(error)


def test_every_rule_has_one_place() -> None:
    rules = (*DRAFT_RULES, *STACK_RULES, *CONTEXT_RULES, *ENTRY_RULES)
    names = [name for rule in rules for name in {rule.id: "", **rule.also}]

    assert len(names) == len(set(names))
    assert set(names) < set(RULES)
