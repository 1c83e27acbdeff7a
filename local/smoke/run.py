"""The steps in their order: each reports its result at once, and the stack is deleted whatever it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from local.smoke.errors import FailedError, SkippedError
from local.smoke.step import Seen, SmokeStep, SmokeVerdict

if TYPE_CHECKING:
    from local.smoke.stack import SmokeStack


def run(stack: SmokeStack, steps: Sequence[SmokeStep], tell: Callable[[Seen], None]) -> list[Seen]:
    """Look at everything, then delete the stack; after a vital step that failed, nothing more is looked at."""
    seen: list[Seen] = []
    made = False
    try:
        for step in steps:
            made = made or not step.reads_only
            seen.append(_looked(stack, step))
            tell(seen[-1])
            if step.vital and seen[-1].verdict is SmokeVerdict.FAIL:
                break
    finally:
        if made:
            seen.append(_looked(stack, SmokeStep("destroy", _destroyed)))
            tell(seen[-1])
    return seen


def _looked(stack: SmokeStack, step: SmokeStep) -> Seen:
    began = time.monotonic()
    if (reason := stack.site.lacks.get(step.name)) is not None:
        return Seen(step.name, SmokeVerdict.SKIP, reason, 0.0)
    try:
        verdict, saw = SmokeVerdict.PASS, step.look(stack)
    except SkippedError as error:
        verdict, saw = SmokeVerdict.SKIP, str(error)
    except FailedError as error:
        verdict, saw = SmokeVerdict.FAIL, str(error)
    except Exception as error:  # one step's mistake, or AWS's refusal, must not leave the stack there
        verdict, saw = SmokeVerdict.FAIL, f"{type(error).__name__}: {error}"
    return Seen(step.name, verdict, saw, time.monotonic() - began)


def _destroyed(stack: SmokeStack) -> str:
    stack.site.destroy()
    return "nothing is left"
