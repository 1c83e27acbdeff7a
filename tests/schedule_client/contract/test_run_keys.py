from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from schedule_client.contract.run_keys import call_run_key, run_key, template_run_key

ARN = "arn:aws:scheduler:eu-central-1:123456789012:schedule/shop-catalog/close-invoices"
PARTS = st.tuples(
    st.text(st.characters(exclude_categories=["Cs"])), st.text("0123456789:,ab"), st.text("0123456789:,ab")
)


def test_run_keys_never_change() -> None:
    assert (
        run_key("catalog", ARN, "2027-01-05T08:00:00Z")
        == "v1.1d5aaebe1aa2d13f86d3a420af8d98f7defa3fd7fa5136957983f5ec204f96d7"
    )
    assert (
        call_run_key("adhoc", "shop-adhoc", "order-7")
        == "v1.06772902c99315e26530c7102806e6bc0105201bdaa6477c18b11596e34401f3"
    )
    assert template_run_key("8f5c7a4e-0000") == "v1.64bc3297c6b05da737a89c47fab863934ba08942061d33c62d90695b244f22d0"
    assert run_key("ü", "", "") == "v1.1d38bccd20a08166200e01c518659c8fb2dcf517671ce17b60dd9644e7215075"


def test_a_run_key_is_what_its_documentation_says() -> None:
    text = b"3:run,7:catalog,2:\xc3\xbc,0:,"

    assert run_key("catalog", "ü", "") == "v1." + hashlib.sha256(text).hexdigest()


@given(PARTS, PARTS)
def test_different_runs_have_different_keys(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (run_key(*one) == run_key(*other)) == (one == other)


@given(PARTS)
def test_the_kinds_of_runs_do_not_meet(parts: tuple[str, str, str]) -> None:
    assert run_key(*parts) != call_run_key(*parts)
    assert template_run_key(parts[0]) not in (run_key(*parts), call_run_key(*parts))
