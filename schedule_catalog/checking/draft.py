"""Entry under check: merged values that still know where they were written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from schedule_catalog.checking.stacks import REQUEST_DEFAULTS, TIMINGS, Pointer, Values, Variant
from schedule_catalog.expressions import Expression, ExpressionError, parse
from schedule_catalog.problem import Place
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.document import Document


@frozen
class Draft:
    """One variant of an entry in its file.

    partial: parts with a wrong structure were left out, so a missing key proves nothing.
    kind: "cron", "rate" or "at"; None without exactly one of them.
    expression: None when the text is invalid; `mistake` says why.
    """

    document: Document
    name: str
    owner: str
    variant: Variant
    partial: bool
    kind: str | None
    expression: Expression | None
    mistake: ExpressionError | None

    @property
    def values(self) -> Values:
        """Merged keys of the entry."""
        return self.variant.values

    @property
    def request(self) -> Mapping[str, Any]:
        """Merged keys of the request."""
        return self.variant.values.get("request") or {}

    @property
    def timezone(self) -> str:
        """Name of the zone, possibly unknown."""
        return self.variant.values.get("timezone") or "UTC"

    @property
    def lacks_stacks(self) -> bool:
        """Whether `stacks` in the file is unreadable."""
        if not self.partial or "stacks" in self.values:
            return False
        return any(_holds(self.document.value, (*layer, "stacks")) for layer in self.variant.layers)

    def place(self, pointer: Pointer, at_key: bool = False, offset: int = 0) -> Place:
        """Position of a merged value, or of the nearest mapping around it.

        offset: code points into a text; used when the text is written on one line without escapes.
        """
        path, whole = next(found for found in self._candidates(pointer) if _holds(self.document.value, found[0]))
        return self._inside(path, offset) if whole and not at_key else self.document.key_place(path)

    def _candidates(self, pointer: Pointer) -> Iterator[tuple[Pointer, bool]]:
        """Possible positions of a merged value, the strongest layer first, then the mappings around it."""
        for length in range(len(pointer), -1, -1):
            for layer in self.variant.layers:
                yield _written(layer, pointer[:length]), length == len(pointer)

    def _inside(self, path: Pointer, offset: int) -> Place:
        place = self.document.value_place(path)
        if not offset:
            return place
        text = str(_value(self.document.value, path))
        line = self.document.lines[place.line - 1]
        for start in (place.column - 1, place.column):
            if line.startswith(text, start):
                return Place(place.path, place.line, start + offset + 1)
        return place


def draft(document: Document, name: str, owner: str, variant: Variant, partial: bool) -> Draft:
    """Return the draft of *variant* with its expression read."""
    values = variant.values
    kinds = [kind for kind in TIMINGS if kind in values]
    if len(kinds) != 1:
        return Draft(document, name, owner, variant, partial, None, None, None)
    kind = kinds[0]
    expression, mistake = read(kind, str(values[kind]))
    return Draft(document, name, owner, variant, partial, kind, expression, mistake)


def aws_text(kind: str, text: str) -> str:
    """Return the text of a timing as EventBridge Scheduler accepts it, `at` with seconds.

    Raises ExpressionError for a wrong *text*, with a position in it: its author did not write the "cron(" around it.
    """
    seconds = ":00" if kind == "at" and len(text) == len("2027-01-05T09:00") else ""
    try:
        return parse(f"{kind}({text}{seconds})").text
    except ExpressionError as error:
        raise error.unwrapped(kind) from None


@lru_cache(maxsize=1 << 14)
def read(kind: str, text: str) -> tuple[Expression | None, ExpressionError | None]:
    """Return what the text of a timing means, or else its mistake."""
    try:
        return parse(aws_text(kind, text)), None
    except ExpressionError as error:
        return None, error


def _written(layer: Pointer, pointer: Pointer) -> Pointer:
    """Pointer as written: in `defaults`, keys of the request are at the top level."""
    if layer == ("defaults",) and pointer[:1] == ("request",) and pointer[1:2] and pointer[1] in REQUEST_DEFAULTS:
        return (*layer, *pointer[1:])
    return (*layer, *pointer)


def _holds(value: object, pointer: Pointer) -> bool:
    try:
        _value(value, pointer)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _value(value: Any, pointer: Pointer) -> object:
    for step in pointer:
        if isinstance(value, str):
            raise TypeError
        value = value[step]
    return value
