from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.deployment.names import Names, log_group

PARAMETERS = ("proxy_settings", "manifest")
THINGS = tuple(
    name for name, each in vars(Names).items() if isinstance(each, property) and name not in ("prefix", *PARAMETERS)
)
PART = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", fullmatch=True)
REGIONS = st.sampled_from(["eu-west-1", "ap-northeast-2", "us-gov-west-1"])


# What two stacks would have to be called for their names to run into each other.
WORD = st.lists(st.sampled_from(["a", "A", "b", "eu", "west", "1", "proxy", "role"]), min_size=1, max_size=3)
STACK = st.tuples(WORD.map("-".join), WORD.map("-".join), REGIONS)


def all_names(names: Names) -> list[str]:
    return [getattr(names, thing) for thing in THINGS]


def everything(names: Names) -> list[str]:
    """All that the program gives a name, as a service compares them that knows no case: IAM."""
    parameters = [getattr(names, each) for each in PARAMETERS]
    return [each.lower() for each in (*all_names(names), *parameters, names.application("shop"))]


def test_a_name_is_project_stack_region_thing():
    names = Names("schedule-catalog", "dev", "eu-west-1")

    assert names.catalog_group == "schedule-catalog-dev-eu-west-1-catalog"
    assert names.adhoc_group == "schedule-catalog-dev-eu-west-1-adhoc"
    assert names.scheduler_dlq == "schedule-catalog-dev-eu-west-1-scheduler-dlq"
    assert names.proxy_settings == "/schedule-catalog/schedule-catalog-dev-eu-west-1-proxy-settings"
    assert names.manifest == "/schedule-catalog/schedule-catalog-dev-eu-west-1-manifest"
    assert log_group(names.proxy) == "/aws/lambda/schedule-catalog-dev-eu-west-1-proxy"


def test_a_name_never_changes():
    """What pending schedules refer to: a failure here would cut them off."""
    names = Names("schedule-catalog-of-a-company", "production.seoul", "ap-northeast-2")

    assert names.proxy == "schedule-catalog-of-a-company-production-seoul-ap-f39ee83d-proxy"


@given(PART, PART, REGIONS)
def test_a_name_is_within_the_limits_of_aws_and_says_what_it_is(project: str, stack: str, region: str):
    names = Names(project, stack, region)

    for thing, name in zip(THINGS, all_names(names), strict=True):
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name)
        assert name.endswith(thing.removesuffix("_group").replace("_", "-"))


def test_the_things_of_one_stack_have_different_names():
    names = everything(Names("schedule-catalog", "dev", "eu-west-1"))

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a-b", "c", "eu-west-1"), ("a", "b-c", "eu-west-1")),
        (("a", "dev", "eu-west-1"), ("a", "dev", "eu-west-2")),
        (("a", "dev", "eu-west-1"), ("a", "prod", "eu-west-1")),
        (("a", "d.v", "eu-west-1"), ("a", "d-v", "eu-west-1")),
        (("Jobs", "dev", "eu-west-1"), ("jobs", "dev", "eu-west-1")),
        (("jobs", "Dev", "eu-west-1"), ("jobs", "dev", "eu-west-1")),
        (("a" * 80, "dev", "eu-west-1"), ("a" * 81, "dev", "eu-west-1")),
    ],
)
def test_two_stacks_of_one_account_never_share_a_name(one: tuple[str, str, str], other: tuple[str, str, str]):
    assert not set(everything(Names(*one))) & set(everything(Names(*other)))


@given(STACK, STACK)
def test_stacks_that_are_called_alike_share_no_name(one: tuple[str, str, str], other: tuple[str, str, str]):
    shared = set(everything(Names(*one))) & set(everything(Names(*other)))
    assert bool(shared) == (one == other)


@given(st.tuples(PART, PART, REGIONS), st.tuples(PART, PART, REGIONS))
def test_names_collide_for_equal_stacks_alone(one: tuple[str, str, str], other: tuple[str, str, str]):
    assert (Names(*one).proxy == Names(*other).proxy) == (one == other)
