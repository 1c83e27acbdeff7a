"""The lines of a crontab become entries, or are refused with the reason; no secret is copied."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.importing import Content, Converted, ImportContext, Refused, Targets, conversions
from schedule_catalog.importing.crontab import CRONTAB
from tests.schedule_catalog.importing.golden import NOW
from tests.schedule_catalog.importing.notes import notes


def crontab(text: str, **settings: Any) -> list[Converted | Refused]:
    targets = Targets(settings.pop("services", ()), settings.pop("fallback", None))
    jobs = CRONTAB.jobs(Content(text), ImportContext(targets, NOW, **settings))
    return list(conversions(jobs, "a", NOW, confidential=targets.confidential))


def one(text: str, **settings: Any) -> Converted:
    [found] = crontab(text, **settings)
    assert isinstance(found, Converted), found
    return found


def reason(text: str) -> str:
    [found] = crontab(text)
    assert isinstance(found, Refused), found
    return found.reason


def test_a_curl_becomes_a_request() -> None:
    found = one(
        "# Close the books\n0 9 * * 1-5 curl -fsS -m 20 --retry 3 -X PUT -H 'Content-Type: application/json' "
        """-d '{"day": 1}' "https://b.example.com/v1/books/close?a=1&b=2" >/dev/null 2>&1\n""",
        services=[("books", "https://b.example.com/v1")],
    )

    assert (found.name, found.values) == (
        "books-close",
        {
            "cron": "0 9 ? * MON-FRI *",
            "description": "Close the books",
            "request": {
                "method": "PUT",
                "service": "books",
                "path": "/books/close?a=1&b=2",
                "headers": {"Content-Type": "application/json"},
                "body": {"day": 1},
            },
            "timeout_seconds": 20,
            "retry": {"max_attempts": 4},
        },
    )


@pytest.mark.parametrize(
    ("options", "auth"),
    [
        ("-H 'Authorization: Bearer s3cr3t-77'", {"type": "bearer", "secret": "a-token"}),
        ("-u me:s3cr3t-77", {"type": "basic", "secret": "a-token"}),
        ("-H 'X-Api-Key: s3cr3t-77'", {"type": "header", "name": "X-Api-Key", "secret": "a-token"}),
        ("-b 'session=s3cr3t-77'", {"type": "header", "name": "Cookie", "secret": "a-token"}),
    ],
)
def test_a_secret_is_named_and_never_copied(options: str, auth: dict[str, str]) -> None:
    found = one(f"* * * * * curl {options} https://a.example.com/x")

    assert found.values["request"]["auth"] == auth
    assert "s3cr3t" not in repr(found)
    assert 'as the secret "a-token"' in notes(found)[1]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("cd /x && ./run", 'runs "run", which is not a call'),
        ("curl https://a.b/c | sh", 'reads the response ("sh")'),
        ("curl https://a.b/$(date)", "needs $(…)"),
        ('curl "https://a.b/$HOME"', "needs HOME"),
        ("curl https://a.b/c?x=1&y=2", 'an unquoted "&"'),
        ("curl 'https://a.b", "not closed"),
        ("/opt/run.sh", "specify that with --url"),
        ("curl https://a.b/c https://a.b/d", "2 URLs"),
        ("curl https://a.b/c; curl https://a.b/d", "2 calls"),
        ("curl https://a.b/c || mail -s broken ops", 'runs "mail"'),
        ("test -f /tmp/x && curl https://a.b/c", 'runs "test"'),
        ("if true; then curl https://a.b/c; fi", 'condition or a loop ("if")'),
        ("curl https://a.b/c <<END", "a here-document"),
        ("curl 'https://a.b/[1-9]'", "several URLs"),
        ("curl -k https://a.b/c", '"insecure" has no equivalent'),
        ("curl -F a=b https://a.b/c", '"form" has no equivalent'),
        ("curl --frob https://a.b/c", '"frob" has no equivalent'),
        ("curl -d @/etc/passwd https://a.b/c", "is in a file"),
        ("curl -n https://a.b/c", "reads options from a file"),
        ("curl -b jar https://a.b/c", "reads cookies from a file"),
        ("curl -H 'X-Api-Key: ab1cd2' -u a:b https://a.b/c", "two credentials"),
        ("curl 'https://a.b/c?token=s3cr3t77'", '"token" in its query'),
        ("curl https://a.b/c?X=s3cr3t77Ab9Cd8Ef7Gh6", "query contains a value that looks like a secret"),
        ("curl -d 'user=me&password=s3cr3t77' https://a.b/c", 'body contains a secret ("password")'),
        ('curl -H "X-Tenant: $TENANT" -H "Authorization: Bearer $TOKEN" https://a.b/c', "two credentials"),
        ("wget -r https://a.b/c", '"recursive" has no equivalent'),
        ("wget -O /srv/x.json https://a.b/c", "saves the response to a file"),
        ("curl http://localhost:8080/c", "--service NAME=http://localhost:8080"),
        ("curl http://api/c", "inside the cluster"),
        ("curl $URL", "whole address is in the variable URL"),
    ],
)
def test_what_is_no_plain_call_is_refused(command: str, expected: str) -> None:
    found = reason(f"0 9 * * * {command}")

    assert expected in found
    assert "s3cr3t" not in found


def test_a_login_in_an_address_is_basic_authentication() -> None:
    found = one("0 9 * * * curl https://me:s3cr3t77@a.b/c")

    assert found.values["request"]["url"] == "https://a.b/c"
    assert found.values["request"]["auth"] == {"type": "basic", "secret": "a-token"}
    assert "s3cr3t" not in repr(found)


def test_a_bare_percent_starts_the_standard_input() -> None:
    found = one(r"0 9 * * * curl --data-binary @- 'https://a.b/c?d=\%20'%a=1%b=2")

    assert found.values["request"]["url"] == "https://a.b/c?d=%20"
    assert found.values["request"]["text"] == "a=1\nb=2\n"


def test_a_system_crontab_names_a_user() -> None:
    assert one("0 9 * * * root /usr/bin/curl https://a.b/c").values["request"]["url"] == "https://a.b/c"
    assert one("0 9 * * * curl curl https://a.b/c", system=True).values["request"]["url"] == "https://a.b/c"


def test_cron_tz_moves_the_schedule_and_tz_does_not() -> None:
    assert one("CRON_TZ=Asia/Seoul\n0 9 * * * curl https://a.b/c").values["timezone"] == "Asia/Seoul"
    found = one("TZ=Asia/Seoul\n0 9 * * * curl https://a.b/c")

    assert "timezone" not in found.values
    assert "TZ does not affect cron's schedules" in notes(found)[1]


def test_what_cron_does_at_a_clock_change_is_noted_where_aws_does_something_else() -> None:
    fixed = notes(one("30 2 * * * curl https://a.b/c", timezone="Europe/Berlin"))
    every = notes(one("*/30 2 * * * curl https://a.b/c", timezone="Europe/Berlin"))

    gap, repeat = "2027-03-28 02:{} in Europe/Berlin does not exist", "2027-10-31 02:{} in Europe/Berlin occurs twice"
    assert fixed[1:] == [
        f"changed: {gap.format(30)}: skipped here; cron runs it right after the clock change",
        f"{repeat.format(30)}: called once here, at the first, as before",
    ]
    assert every[1:] == [
        f"{gap.format('00')}: skipped here, as before",
        f"changed: {repeat.format('00')}: called once here, at the first; cron runs it both times",
    ]


def test_either_day_becomes_entries_that_never_fire_together() -> None:
    names = [each.name for each in crontab("0 9 8-14 * 1 curl https://a.b/c") if isinstance(each, Converted)]

    assert names == ["c-1", "c-2", "c-3", "c-4", "c-5"]
    assert "OR the days of the week" in reason("0 9 1,15 * 1 curl https://a.b/c")


def test_a_fallback_stands_for_commands_that_are_no_call() -> None:
    found = one("0 9 * * * /opt/tidy.sh --all", fallback="https://jobs.example.com/run/{name}")

    assert found.values["request"] == {"url": "https://jobs.example.com/run/tidy"}


@given(st.text(st.sampled_from("curlwget -d'\"\\%$;&|>@{}()[] https://a.b/c09*"), max_size=40))
def test_any_line_of_a_crontab_is_converted_or_refused(command: str) -> None:
    assert all(isinstance(each, Converted | Refused) for each in crontab(f"0 9 * * * {command}"))
