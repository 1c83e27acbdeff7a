"""Whatever the layout of a mapping in braces, keys are cut out of it, and it means the same without them."""

from __future__ import annotations

from random import Random

import pytest

from schedule_catalog.document import parse_document
from schedule_catalog.editing.removal import removed

GAPS = ("", " ", "\n    ", "\n\n    ", "  # why\n    ", "\n    # how\n    ")
VALUES = ("1", "{x: 1,\n     y: 2}", "'a, # b'", "[1,\n    2]", "{}")


def text_of(chance: Random, keys: list[str]) -> str:
    def gap() -> str:
        return chance.choice(GAPS)

    pairs = (f"{key}: {chance.choice(VALUES)}{gap()}" for key in keys)
    end = chance.choice(("", f",{gap()}"))
    return f"{{{gap()}" + ", ".join(f"{pair}{gap()}" for pair in pairs) + end + "}"


@pytest.mark.parametrize("seed", range(6))
def test_keys_can_be_cut_out_of_braces_in_any_layout(seed: int) -> None:
    chance, tried = Random(seed), 0
    while tried < 100:
        keys = [f"k{number}" for number in range(chance.randint(1, 4))]
        cut = [key for key in keys if chance.random() < 0.5]
        text = f"owner: a\nschedules:\n  one: {text_of(chance, keys)}\n  two: {{}}\n"
        document = parse_document(text.encode(), "a.yaml")
        if not cut or not document.readable:
            continue
        tried += 1

        after = parse_document(removed(document, [("schedules", "one", key) for key in cut]), "a.yaml")

        assert after.value["schedules"]["one"].keys() == {*keys} - {*cut}
