"""How many examples a property is tried with."""

from __future__ import annotations

from hypothesis import settings

USUAL_EXAMPLES = 100  # Hypothesis's own default, which the profile of every day keeps


def examples(number: int) -> settings:
    """So many examples on every day; in a longer profile, such as `nightly`, as many times more as that asks for."""
    assert settings.default is not None
    return settings(max_examples=number * settings.default.max_examples // USUAL_EXAMPLES)
