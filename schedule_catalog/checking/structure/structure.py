"""JSON Schema of a file in two passes: a fast one that accepts, and a slow one that explains a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from schedule_catalog.problem import Place, Problem
from schedule_catalog.schema_files import schema

if TYPE_CHECKING:
    from schedule_catalog.checking.fault import Fault
    from schedule_catalog.document import Document


Form: TypeAlias = 'Literal["schedule", "calendar"]'


def structure_problems(document: Document, form: Form = "schedule") -> list[Problem]:
    """Return the differences of a readable document from the schema of that form, in the order of the text.

    An unknown key is reported at that key, a missing one at the key of the mapping that lacks it, a wrong value at
    the value.
    """
    if _gate(form)(document.value):
        return []
    return sorted(set(_problems(document, form)))


def _problems(document: Document, form: Form) -> Iterator[Problem]:
    from schedule_catalog.checking.structure.wording import faults

    for error in _validator(form).iter_errors(document.value):
        for fault in faults(error, document.value):
            yield Problem.at(_place(document, fault), fault.rule or "schema", fault.message)


def _place(document: Document, fault: Fault) -> Place:
    return document.key_place(fault.pointer) if fault.at_key else document.value_place(fault.pointer)


@cache
def _gate(form: Form) -> Callable[[Any], bool]:
    """Fast check that can only accept; otherwise jsonschema decides."""
    from jsonschema_rs import Draft202012Validator

    return Draft202012Validator(schema(form)).is_valid


@cache
def _validator(form: Form) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema(form))
