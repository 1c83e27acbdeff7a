"""Files that are made to hurt: deep, wide, endless, not text. Each is refused quickly, in one line."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from schedule_catalog.importing import Content, ImportContext, NotConvertibleError, Targets, imported

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
ALIASES = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 12)
)
MERGES = "a0: &a0 {k0: x}\n" + "".join(
    f"a{level}: &a{level}\n  <<: [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 12)
)
HOSTILE = {
    "deep JSON": "[" * 100_000 + "]" * 100_000,
    "deep YAML": "- " * 50_000 + "x",
    "deep flow YAML": "a: " + "{a: " * 2_000 + "x" + "}" * 2_000,
    "aliases": ALIASES,
    "merges": MERGES,
    "a circle": "&a [*a]",
    "a circle of mappings": "kind: CronJob\nspec: &a {x: *a}\n",
    "a long number": f'{{"Name": {"9" * 100_000}}}',
    "NUL": "0 9 * * * curl https://a.b/\0x",
    "escapes": "\x1b[2J0 9 * * * curl https://a.b/x",
    "a tag of Python": "!!python/object/apply:os.system ['true']\n",
    "a mapping as key": "? {a: b}\n: kind\n? [x]\n: y\n",
    "an odd tag": "kind: CronJob\nspec: !!binary x\n",
    "brackets": "[" * 500_000,
    "a wide list": json.dumps({"Schedules": [{}] * 300_000}),
    "nothing": "  \n\t\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_line(name: str) -> None:
    began = time.process_time()
    with pytest.raises(NotConvertibleError) as refusal:
        imported(Content(HOSTILE[name]), ImportContext(Targets(), NOW))

    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 400
    assert time.process_time() - began < 20


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["crontab", "cronjob", "aws", "cloudformation"])
def test_a_hostile_file_is_refused_under_any_name(name: str, kind: str) -> None:
    with pytest.raises(NotConvertibleError):
        imported(Content(HOSTILE[name]), ImportContext(Targets(), NOW), kind)


def test_a_command_of_many_quotes_and_parentheses_takes_no_time() -> None:
    lines = [
        "0 9 * * * " + each
        for each in ("curl " + "'\"" * 20_000, "curl " + "$(" * 20_000, "curl " + "\\" * 20_001, "curl " + "a&" * 5_000)
    ]
    began = time.process_time()
    found = imported(Content("\n".join(lines)), ImportContext(Targets(), NOW))

    assert len(found.refused) == 4
    assert time.process_time() - began < 20


def test_a_long_crontab_is_read_in_order() -> None:
    text = "".join(f"{number % 60} 9 * * * curl https://a.example.com/job{number}\n" for number in range(150))
    found = imported(Content(text), ImportContext(Targets(), NOW))

    assert [each.name for each in found.converted][:3] == ["job0", "job1", "job2"]
    assert len(found.converted) == 150


def test_names_that_collide_stay_apart() -> None:
    lines = ["0 1 * * * curl https://a.example.com/run"] * 3 + ["0 2 * * * curl https://a.example.com/run-2"]
    long = [f"0 3 * * * curl https://a.example.com/{'x' * 80}"] * 2
    found = imported(Content("\n".join([*lines, *long])), ImportContext(Targets(), NOW), taken=["run"])
    names = [each.name for each in found.converted]

    assert names[:4] == ["run-2", "run-3", "run-4", "run-2-2"]
    assert len(set(names)) == 6
    assert all(len(name) <= 63 for name in names)


def test_two_jobs_with_one_secret_name_in_the_catalog_stay_apart() -> None:
    text = '0 1 * * * curl -H "Authorization: Bearer AAAA1111" https://api.shop.example.com/a\n'
    other = '0 2 * * * curl -H "Authorization: Bearer BBBB2222" https://api.billing.example.com/b\n'
    [one] = imported(Content(text), ImportContext(Targets(), NOW)).converted
    [two] = imported(Content(other), ImportContext(Targets(taken=["api-billing-token"]), NOW)).converted

    assert one.values["request"]["auth"]["secret"] == "api-shop-token"
    assert two.values["request"]["auth"]["secret"] == "api-billing-token-2"
