"""Values, positions and faults of one text while it is read."""

from __future__ import annotations

from typing import Any

from schedule_catalog.document.positions import END, unpacked
from schedule_catalog.document.refusal import Refusal, StopReading, TextFault
from schedule_catalog.document.scalars import CURLY_QUOTES, ScalarError, core_scalar, other_reading
from schedule_catalog.problem import Severity
from schedule_catalog.wording import quoted

_DUPLICATES_SHOWN = 20
_SURELY_SMALL = 15  # decimal digits


class Composition:
    """Root value under construction, the marks of all keys and values so far, the faults."""

    __slots__ = ("faults", "marks", "root")

    def __init__(self) -> None:
        self.root: list[Any] = []
        self.marks: list[int] = []
        self.faults: list[TextFault] = []

    @property
    def value(self) -> Any:
        """Value of the document; None for an empty text."""
        return self.root[0] if self.root else None

    def plain_key(self, text: str) -> None:
        """Check the unquoted key that was marked last; raises Refusal for the merge key and for a missing key."""
        if text == "<<":
            message = 'merge keys ("<<") are not read: write the keys out, or use "defaults"'
            raise Refusal(*unpacked(self.marks[-1]), "merge-key", message)
        if not text:
            raise Refusal(*unpacked(self.marks[-1]), "syntax", 'a key is missing before ":"')
        self._warn_of_other_readings(text)
        self._warn_of_curly_quotes(text)

    def plain_value(self, text: str) -> Any:
        """Return the value of the unquoted scalar that was marked last."""
        if text.isdigit() and text[0] != "0" and len(text) <= _SURELY_SMALL and text.isascii():
            return int(text)
        try:
            value = core_scalar(text)
        except ScalarError as error:
            self._note("number", Severity.ERROR, str(error))
            return text
        if value is text:
            self._warn_of_other_readings(text)
            self._warn_of_curly_quotes(text)
        return value

    def duplicate_key(self, text: str, mapping: dict[Any, Any], start: int) -> Any:
        """Report that the key marked last is a duplicate; `start` is the index of the mapping's mark.

        The result replaces the key, so that marks and keys stay in step. Raises StopReading after many.
        """
        line, column = unpacked(self._key_mark(text, mapping, start))
        first = f"first at line {line + 1}, column {column + 1}"
        self._note("duplicate-key", Severity.ERROR, f"duplicate key {quoted(text)}, {first}: remove one of them")
        if sum(finding.rule == "duplicate-key" for finding in self.faults) >= _DUPLICATES_SHOWN:
            raise StopReading
        return (text, len(self.marks))

    def _key_mark(self, text: str, mapping: dict[Any, Any], start: int) -> int:
        at = start + 1
        for key in mapping:
            if key == text:
                break
            at = self.marks[at + 1] >> END or at + 2
        return self.marks[at]

    def _warn_of_other_readings(self, text: str) -> None:
        other = other_reading(text)
        if other is not None:
            instead = f", or write {other.plain}" if other.plain else ""
            message = f"{quoted(text)} is text here, and {other.kind} to tools that read YAML {other.version}"
            self._note("yaml-1.1", Severity.WARNING, f"{message}: put it in quotes{instead}")

    def _warn_of_curly_quotes(self, text: str) -> None:
        if text and text[0] in CURLY_QUOTES:
            from schedule_catalog.document.syntax import curly_message

            self._note("quotes", Severity.WARNING, curly_message(text[0]))

    def _note(self, rule: str, severity: Severity, message: str) -> None:
        self.faults.append(TextFault(*unpacked(self.marks[-1]), rule, severity, message))
