"""What an edit does to a stack that is deployed: the real program on the deployer, in one emulator.

After every edit AWS is compared with the catalog, field by field, by what `schedules status` is made of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from local.program_process import ProgramProcess
from tests.local.site import Gate, Site, counting, operations

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

REQUEST = {"service": "billing", "path": "/x", "body": {"day": "<aws.scheduler.scheduled-time>"}}
ONE = {"rate": "5 minutes", "request": REQUEST}
TWO = {"cron": "0 9 * * ? *", "timezone": "Asia/Seoul", "request": REQUEST}
THREE = {"at": "2199-01-05T09:00", "request": REQUEST}
CATALOG = {"a.yaml": {"one": ONE, "two": TWO}, "b.yaml": {"three": THREE}}
ALL = {"one", "two", "three"}
SECOND = "prod-x"


@pytest.fixture(scope="module")
def gate(emulator: Emulator) -> Iterator[Gate]:
    with Gate(emulator.endpoint).open() as opened:
        yield opened


@pytest.fixture(scope="module")
def process(gate: Gate, emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramProcess]:
    one = ProgramProcess(gate.url, emulator.region, tmp_path_factory.mktemp("process") / "program.log")
    yield one
    one.close()


@pytest.fixture(scope="module")
def deployed(emulator: Emulator, process: ProgramProcess, tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("site"), "jobs", emulator, process)
    site.settings("dev")
    site.catalog(CATALOG)
    assert set(operations(site.up("dev")).values()) == {"create"}
    return site


@pytest.fixture
def site(deployed: Site) -> Site:
    """The stack as it is before every edit."""
    deployed.forget("dev-2")
    deployed.code("proxy", "version = 1\n")
    deployed.settings("dev")
    deployed.catalog(CATALOG)
    assert deployed.is_up("dev") or deployed.up("dev").succeeded
    return deployed


def agrees(site: Site, stack: str = "dev") -> set[str]:
    """The schedules of the group, which are as the catalog has them, each once in the state."""
    status = site.status(stack)
    assert (status.missing, status.extra, status.changed, status.finished) == ((), (), (), ())
    return set(site.schedules(stack))


def recorded(site: Site, stack: str = "dev") -> list[str]:
    return sorted(one["name"] for one in site.state(stack) if one["type"] == "aws:scheduler/schedule:Schedule")


FORMATTED = """\
# All of the team's.
schedules:
  two:   # in Korea
    timezone: 'Asia/Seoul'
    request: &SAME
    cron: "0 9 * * ? *"
  one:
    request:
      body: {day: "<aws.scheduler.scheduled-time>"}
      path: "/x"
      service: billing
    rate: 5 minutes
owner: team
""".replace(
    "    request: &SAME\n", "    request: {path: /x, service: billing, body: {day: <aws.scheduler.scheduled-time>}}\n"
)

A, B = CATALOG["a.yaml"], CATALOG["b.yaml"]
MUTE = {**THREE, "request": {**REQUEST, "body": None}}
DAILY = {**TWO, "timezone": "UTC"}
ELSEWHERE = {**ONE, "stacks": ["prod"]}
SILENCE = "alarm-silence"  # it watches over the rate that fires most often, where there is one
# What is edited, the catalog then, and what that does to the schedules that were there before it.
EDITS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("a renamed file and an entry in another one", {"crm/z.yaml": {"one": ONE}, "b.yaml": {"two": TWO, **B}}, {}),
    ("comments, quotes and another order", {"a.yaml": FORMATTED, "b.yaml": B}, {}),
    (
        "one more, and another body",
        {**CATALOG, "b.yaml": {"three": MUTE}, "c.yaml": {"four": ONE}},
        {"four": "create", "three": "update"},
    ),
    (
        "cron for rate, and a pause",
        {"a.yaml": A, "b.yaml": {"three": {**MUTE, "enabled": False}, "four": DAILY}},
        {"four": "update", "three": "update"},
    ),
    ("another name", {"a.yaml": A, "b.yaml": {"drei": THREE, "four": DAILY}}, {"drei": "create", "three": "delete"}),
    (
        "two names swapped",
        {"a.yaml": A, "b.yaml": {"four": THREE, "drei": DAILY}},
        {"four": "update", "drei": "update"},
    ),
    (
        "one less, and one for another stack",
        {"a.yaml": A, "b.yaml": {"four": ELSEWHERE}},
        dict.fromkeys(("drei", "four"), "delete"),
    ),
    ("nothing left", {"b.yaml": {"four": ELSEWHERE}}, dict.fromkeys(("one", "two", SILENCE), "delete")),
    ("all again", CATALOG, dict.fromkeys((*ALL, SILENCE), "create")),
]


def test_an_edit_of_the_catalog_touches_the_schedules_that_it_names(site: Site) -> None:
    before = site.schedules("dev")
    for edit, files, expected in EDITS:
        site.catalog(files)

        assert operations(site.up("dev")) == expected, edit
        after = site.schedules("dev")
        assert agrees(site) == set(recorded(site)) == set(after), edit
        touched = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        assert touched == expected.keys() - {SILENCE}, edit
        before = after


def test_the_same_once_more_changes_nothing(site: Site) -> None:
    assert operations(site.up("dev")) == {}


# They travel with the proxy's code, so that a change is a version of it.
PROXY = {
    "manifest-parameter",
    "proxy",
    *(f"proxy-{name}" for name in ("adhoc", "billing", "callback", "catalog", "retry")),
}
SETTINGS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a host": ({"hosts": ["hooks.example.com", "new.example.com"]}, PROXY),
    "the retries of events": ({"scheduler": {"max_retries": 1, "max_age_minutes": 5}}, ALL),
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_an_edit_of_the_settings_updates_what_is_told_of_it(site: Site, setting: str) -> None:
    settings, expected = SETTINGS[setting]
    before = site.schedules("dev")
    site.settings("dev", settings)

    assert operations(site.up("dev")) == dict.fromkeys(expected, "update")
    assert agrees(site) == ALL
    for name, schedule in site.schedules("dev").items():
        assert schedule["CreationDate"] == before[name]["CreationDate"], "it is the one that was there"
        assert (schedule != before[name]) == (name in expected)


def test_new_code_of_the_proxy_is_a_version_that_the_aliases_move_to(site: Site, emulator: Emulator) -> None:
    functions, names, before = emulator.client("lambda"), site.names("dev"), site.schedules("dev")

    def versions() -> set[int]:
        aliases = functions.list_aliases(FunctionName=names.proxy)["Aliases"]
        assert {each["Name"] for each in aliases} == {"catalog", "adhoc", "retry", "callback", "billing"}
        return {int(each["FunctionVersion"]) for each in aliases}

    (old,) = versions()
    site.code("proxy", "version = 2\n")
    assert operations(site.up("dev")) == {
        "proxy": "update",
        **dict.fromkeys((f"proxy-{each}" for each in ("catalog", "adhoc", "retry", "callback", "billing")), "update"),
    }
    (new,) = versions()

    assert new > old
    assert site.schedules("dev") == before


SHARED = {"dev": {"files": ["a.yaml"]}, "dev-2": {"core": "dev", "files": ["b.yaml"]}}
BACK = {"dev": {"files": ["a.yaml", "b.yaml"]}, "dev-2": {"core": "dev", "files": []}}


def test_a_shard_puts_its_schedules_into_the_core_stacks_group_and_status_knows_them(site: Site) -> None:
    for stack, shard in SHARED.items():
        site.settings(stack, {"shard": shard})
    assert operations(site.up("dev")) == {"three": "delete"}
    assert site.status("dev").missing == ("three",), "nobody has deployed it yet"
    assert operations(site.up("dev-2")) == {"three": "create"}
    assert agrees(site) == ALL
    assert (recorded(site), recorded(site, "dev-2")) == (["one", "two"], ["three"])

    for stack, shard in BACK.items():
        site.settings(stack, {"shard": shard})
    assert operations(site.up("dev-2")) == {"three": "delete"}, "where the file leaves, first"
    assert operations(site.up("dev")) == {"three": "create"}
    assert agrees(site) == ALL


def test_a_refused_creation_leaves_the_rest_done_and_the_next_run_makes_what_is_missing(site: Site, gate: Gate) -> None:
    more = {f"job-{number}": ONE for number in range(10)}
    site.catalog({**CATALOG, "c.yaml": more})
    gate.refuses = counting(4, "/schedules/")
    half = site.up("dev")

    ((missing, message),) = [(failure.name, failure.message) for failure in half.failures]
    assert "ServiceQuotaExceededException" in message
    assert {change.name for change in half.changes} == set(more) - {missing}
    assert set(site.schedules("dev")) == set(recorded(site)) == ALL | set(more) - {missing}
    assert site.status("dev").missing == (missing,)
    assert operations(site.up("dev")) == {missing: "create"}
    assert agrees(site) == ALL | set(more)
    assert recorded(site) == sorted(ALL | set(more)), "each once"


def test_a_second_stack_that_fails_early_holds_its_schedules_back_until_their_group_is_there(
    site: Site, gate: Gate
) -> None:
    first = site.schedules("dev")
    site.settings(SECOND)
    gate.refuses = lambda path: path.startswith("/schedule-groups/")
    half = site.up(SECOND)
    gate.refuses = lambda path: False

    failed = {failure.name: failure.message for failure in half.failures}
    assert {"groups-catalog", "groups-adhoc"} <= set(failed)
    assert all(failed[name].startswith("was left as it is, because ") for name in ALL)
    assert operations(site.up(SECOND)) == dict.fromkeys(failed, "create")
    assert agrees(site, SECOND) == ALL
    assert site.schedules("dev") == first, "the other stack has nothing to do with it"


@pytest.fixture(scope="module")
def other(emulator: Emulator, process: ProgramProcess, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Another project in the same account."""
    site = Site(tmp_path_factory.mktemp("other"), "jobs-prod", emulator, process)
    site.settings("x")
    site.catalog(CATALOG)
    assert site.up("x").succeeded
    return site


def test_two_projects_and_three_stacks_share_an_account_and_nothing_else(site: Site, other: Site) -> None:
    """The names of `jobs` and `prod-x`, and of `jobs-prod` and `x`, would be the same when strung together."""
    site.settings(SECOND)
    everything = [(site, "dev"), (site, SECOND), (other, "x")]
    for each, stack in everything:
        assert each.up(stack).succeeded
    for each, stack in everything[:2]:
        each.look_again(stack)
        assert operations(each.up(stack)) == {}, "all of it is still there, as that stack wants it"
    assert [agrees(each, stack) for each, stack in everything] == [ALL] * 3

    things = Counter((one["type"], one["id"]) for each, stack in everything for one in each.state(stack))
    of_aws_alone = re.compile("aws:(apigatewayv2|lambda/eventSourceMapping|lambda/permission)")
    assert [thing for thing, count in things.items() if count > 1 and not of_aws_alone.match(thing[0])] == []
    assert len(things) > 3 * 40


def test_other_names_replace_everything_but_lose_no_schedule_and_are_told_of_what_is_protected(
    other: Site, emulator: Emulator
) -> None:
    former = other.names("x").catalog_group
    other.rename("renamed")
    deployment = other.up("x")
    told = {found[1] for each in deployment.warnings if (found := re.match(r'"(.+?)" .+ is replaced here', each))}

    assert {name: done for name, done in operations(deployment).items() if name in ALL} == dict.fromkeys(ALL, "replace")
    assert told >= {
        "groups-adhoc",
        "proxy",
        "proxy-adhoc",
        "adhoc-execution-role",
        "scheduler-dlq-queue",
        "ledger-table",
    }
    assert agrees(other, "x") == ALL
    groups = emulator.client("scheduler").list_schedule_groups()["ScheduleGroups"]
    assert former not in {group["Name"] for group in groups}
