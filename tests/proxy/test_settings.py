from __future__ import annotations

import pytest

from proxy.errors import UnavailableError
from proxy.settings import KEPT_SECONDS, SETTLED_SECONDS, SettingsParameter
from schedule_client.contract import ProxySettings
from tests.proxy.stage import FakeAws, FakeClock

OLD, NEW = ProxySettings(hosts=("old.example.com",)), ProxySettings(hosts=("new.example.com",))


@pytest.fixture(name="aws")
def _aws() -> FakeAws:
    return FakeAws({"/shop/proxy": OLD.to_json()})


@pytest.fixture(name="clock")
def _clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(name="parameter")
def _parameter(aws: FakeAws, clock: FakeClock) -> SettingsParameter:
    return SettingsParameter("/shop/proxy", aws, clock)


def test_the_parameter_is_read_once_while_it_is_fresh(
    parameter: SettingsParameter, aws: FakeAws, clock: FakeClock
) -> None:
    assert parameter.get() == OLD
    clock.seconds += KEPT_SECONDS
    assert parameter.get() == OLD
    assert aws.reads == ["/shop/proxy"]


def test_a_change_is_seen_within_the_time_limit(parameter: SettingsParameter, aws: FakeAws, clock: FakeClock) -> None:
    parameter.get()
    aws.parameters["/shop/proxy"] = NEW.to_json()
    clock.seconds += KEPT_SECONDS + 1

    assert parameter.get() == NEW


@pytest.mark.parametrize("text", ["", "{", "[]", '{"hosts": "a"}', '{"services": {"a": 1}}', '{"secrets": {"a": []}}'])
def test_the_last_good_settings_hold_while_no_others_can_be_read(
    parameter: SettingsParameter, aws: FakeAws, clock: FakeClock, text: str
) -> None:
    parameter.get()
    aws.parameters["/shop/proxy"] = text
    clock.seconds += KEPT_SECONDS + 1
    assert parameter.get() == OLD

    aws.reachable = False
    clock.seconds += KEPT_SECONDS + 1
    assert parameter.get() == OLD


@pytest.mark.parametrize("parameters", [{}, {"/shop/proxy": "{"}])
def test_without_any_settings_there_is_no_call(parameters: dict[str, str], clock: FakeClock) -> None:
    with pytest.raises(UnavailableError, match='the parameter "/shop/proxy"'):
        SettingsParameter("/shop/proxy", FakeAws(parameters), clock).get()


def test_settings_are_renewed_early_but_not_at_every_refusal(
    parameter: SettingsParameter, aws: FakeAws, clock: FakeClock
) -> None:
    parameter.get()
    aws.parameters["/shop/proxy"] = NEW.to_json()
    assert parameter.renewed() is None

    clock.seconds += SETTLED_SECONDS
    assert parameter.renewed() == NEW

    clock.seconds += SETTLED_SECONDS
    assert parameter.renewed() is None
