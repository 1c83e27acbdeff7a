"""Each mistake in a stack's settings is told under its own name, with the command that mends it."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.settings import Mistake, Settings, SettingsError, parse_settings


def mistakes(values: dict[str, object]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        parse_settings("dev", values)
    lines = str(caught.value).splitlines()
    assert lines == [str(mistake) for mistake in caught.value.mistakes]
    return lines


def outcome(values: dict[str, object]) -> tuple[Mistake, ...]:
    try:
        parse_settings("dev", values)
    except SettingsError as error:
        return error.mistakes
    return ()


MISTAKES = yaml.safe_load(Path(__file__).with_name("settings_mistakes.yaml").read_text("utf-8"))


@pytest.mark.parametrize(("values", "line"), [(case["values"], case["says"]) for case in MISTAKES])
def test_a_mistake_ends_with_the_command_that_mends_it(values: dict[str, object], line: str):
    assert mistakes(values) == [line]


def test_every_mistake_is_reported_at_once():
    lines = mistakes({"log_retention_days": 2, "hosts": ["A", "b c"], "zzz": 1, "secrets": {"x": {}}})

    assert [line.partition(": ")[0] for line in lines] == [
        "hosts[0]",
        "hosts[1]",
        "log_retention_days",
        "zzz",
        "secrets.x",
    ]


def test_what_is_wrong_itself_is_not_reported_as_undeclared_too():
    lines = mistakes({"services": {"billing": 1}, "owners": {"billing": {"services": ["billing"]}}})

    assert [line.partition(": ")[0] for line in lines] == ["services.billing"]


@pytest.mark.parametrize(
    "url",
    [
        "https://user:password@billing.example.com",
        "https://billing.example.com?x=1",
        "https://billing.example.com#x",
        "https://billing.example.com/a b",
        "https:///x",
        "https://billing.example.com:0",
        "ftp://billing.example.com",
        "https://billing.example.com\n",
        5,
        None.__class__,
    ],
)
def test_a_base_url_is_host_and_path_alone(url: object):
    assert mistakes({"services": {"billing": url}})[0].startswith("services.billing: ")


@given(
    st.dictionaries(st.text(max_size=8), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()))
)
def test_no_value_makes_parsing_fail_otherwise(values: dict[str, object]):
    assert all("; run: pulumi config " in str(mistake) for mistake in outcome(values))


KNOWN_KEYS = st.sampled_from([field.name for field in dataclasses.fields(Settings) if field.name != "stack"])
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(KNOWN_KEYS, JSON_VALUES, max_size=4))
def test_a_known_key_with_any_value_is_read_or_refused_by_its_own_name(values: dict[str, object]):
    assert all(mistake.key.startswith(tuple(values)) for mistake in outcome(values))


def test_a_command_is_one_shell_line_whatever_the_names_are():
    (line,) = mistakes({"secrets": {"it's": {}}})

    words = shlex.split(line.partition("run: ")[2])
    assert words == ["pulumi", "config", "rm", "--stack", "dev", "--path", 'schedule-catalog:secrets["it\'s"]']


def test_a_stack_takes_as_many_applications_as_its_manifest_can_name():
    applications = {f"{number:02}-shop": {} for number in range(51)}

    (line,) = mistakes({"applications": applications})

    assert line == (
        "applications: has 51, but a stack takes 50: use a second stack; "
        "run: pulumi config rm --stack dev --path 'schedule-catalog:applications[\"50-shop\"]'"
    )


def test_a_structure_too_deep_to_read_is_refused_like_any_other_text():
    (line,) = mistakes({"hosts": "[" * 100_000})

    assert line.startswith("hosts: ")


@pytest.mark.parametrize(
    ("values", "command"),
    [
        ({"services": {"inner": "https://10.20.1.5:8443/api"}}, "'schedule-catalog:allowed_cidrs[0]' 10.20.1.5/32"),
        ({"hosts": ["169.254.169.254"]}, "'schedule-catalog:allowed_cidrs[0]' 169.254.169.254/32"),
        ({"http_hosts": ["127.0.0.1:8000"]}, "'schedule-catalog:allowed_cidrs[0]' 127.0.0.1/32"),
        ({"hosts": ["[fd00:ec2::254]"]}, "'schedule-catalog:allowed_cidrs[0]' fd00:ec2::254/128"),
    ],
)
def test_an_address_that_the_proxy_would_refuse_is_told_before(values: dict[str, object], command: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse_settings("prod", values)

    assert "is not public" in str(raised.value)
    assert command in str(raised.value)


@pytest.mark.parametrize(
    "values",
    [
        {"hosts": ["10.20.1.5", "8.8.8.8", "inner.example.com"], "allowed_cidrs": ["10.20.0.0/16"]},
        {"hosts": ["127.0.0.1"], "proxy_routes": {"default": "http://127.0.0.1:8080"}},
    ],
)
def test_an_address_that_may_be_called_is_said_nothing_of(values: dict[str, list[str]]) -> None:
    assert parse_settings("prod", values).hosts == frozenset(values["hosts"])


def test_a_vpc_takes_a_subnet_and_a_security_group_and_no_more_of_them_than_a_function_does():
    subnets = [f"subnet-{number:08x}" for number in range(17)]
    set_group = "pulumi config set --stack dev --path 'schedule-catalog:vpc.security_group_ids[0]' sg-0123456789abcdef0"
    remove = "pulumi config rm --stack dev --path 'schedule-catalog:vpc.subnet_ids[16]'"

    assert mistakes({"vpc": {"subnet_ids": subnets}}) == [
        f"vpc.subnet_ids: has 17: a function takes at most 16; run: {remove}",
        f"vpc.security_group_ids: is empty: a function in a VPC needs at least one; run: {set_group}",
    ]
