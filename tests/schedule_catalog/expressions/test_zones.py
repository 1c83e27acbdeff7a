"""Zones come from the `tzdata` package by their exact name, and a wrong name is answered with the right one."""

from __future__ import annotations

import subprocess
import sys
import zoneinfo
from importlib.resources import files

import pytest
import tzdata

from schedule_catalog.expressions import IANA_VERSION, ZoneError, zone
from schedule_catalog.expressions.zones import names


def test_the_version_is_that_of_the_package() -> None:
    assert IANA_VERSION == tzdata.IANA_VERSION


def test_every_zone_of_the_package_can_be_read() -> None:
    listed = files("tzdata").joinpath("zones").read_text().split()
    assert {zone(name).key for name in listed if name != "Factory"} == set(listed) - {"Factory"}


def test_a_zone_is_not_the_machines_and_leaves_the_process_alone() -> None:
    before = zoneinfo.TZPATH
    assert zone("Asia/Seoul") is zone("Asia/Seoul")
    assert zone("Asia/Seoul") is not zoneinfo.ZoneInfo("Asia/Seoul")
    assert before == zoneinfo.TZPATH


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("asia/seoul", "Asia/Seoul"),
        ("Seoul", "Asia/Seoul"),
        ("Asia/Soul", "Asia/Seoul"),
        ("New York", "America/New_York"),
        ("US/New_York", "America/New_York"),
        ("utc", "UTC"),
        ("Europe/Paris ", "Europe/Paris"),
        ("Factory", None),
        ("localtime", None),
        ("KST", None),
        ("", None),
        ("../zones", None),
        ("/etc/localtime", None),
        ("Asia", None),
        ("Asia/Seoul\0", "Asia/Seoul"),
        ("Asia/Kathmandoo", "Asia/Kathmandu"),
        ("Isreal", "Israel"),
        ("Indianapolis", "America/Indianapolis"),
        ("UTC+0", "UTC"),
        # Abbreviations are spelt like other zones.
        ("CEST", None),
        ("ACST", None),
        ("BST", None),
        ("EAST", None),
        # One name of several zones, with other times.
        ("Eastern", None),
        ("West", None),
        # A region, or the beginning of a city: which one is anybody's guess.
        ("America/", None),
        ("America/N", None),
        # Digits and signs are not misspelt.
        ("EST6EDT", None),
        ("Etc/GMT+15", None),
        ("Etc/GMT3", None),
        ("GMT+5:30", None),
        ("+24", None),
    ],
)
def test_what_is_no_zone_is_refused_and_the_nearest_is_named(name: str, nearest: str | None) -> None:
    with pytest.raises(ZoneError) as caught:
        zone(name)

    assert (caught.value.name, caught.value.nearest) == (name, nearest)
    assert f'"{name}" is not a time zone' in str(caught.value)


@pytest.mark.parametrize("name", ["GMT+3", "UTC+3", "utc +03:00", "+03:00", "+3", "UTC+0300", "GMT+03"])
def test_an_offset_is_answered_with_the_zone_that_keeps_it_whose_sign_is_reversed(name: str) -> None:
    with pytest.raises(ZoneError) as caught:
        zone(name)

    assert caught.value.nearest == "Etc/GMT-3"
    assert caught.value.advice == (
        'write "Etc/GMT-3", which is UTC+03:00 (signs are reversed in such names), or the zone of a city'
    )


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("GMT-5", 'write "Etc/GMT+5", which is UTC-05:00 (signs are reversed in such names), or the zone of a city'),
        ("UTC−5", 'write "Etc/GMT+5", which is UTC-05:00 (signs are reversed in such names), or the zone of a city'),
        ("etc/gmt+3", 'write "Etc/GMT+3", which is UTC-03:00'),
        ("Etc/GMT+03", 'write "Etc/GMT+3" for UTC-03:00, "Etc/GMT-3" for UTC+03:00, or the zone of a city'),
        ("Etc/UTC-3", 'write "Etc/GMT-3" for UTC+03:00, "Etc/GMT+3" for UTC-03:00, or the zone of a city'),
        ("UTC+5:45", "no time zone has only that offset, so write the zone of a city"),
        ("GMT+15", "no time zone has only that offset, so write the zone of a city"),
        ("America/", "it is a region: add a city"),
        ("Europe", "it is a region: add a city"),
    ],
)
def test_an_offset_and_a_region_are_answered_with_what_they_can_mean(name: str, advice: str) -> None:
    with pytest.raises(ZoneError) as caught:
        zone(name)

    assert caught.value.advice == advice


@pytest.mark.parametrize("name", [each for each in sorted(names()) if any(map(str.isdigit, each))])
def test_a_digit_and_a_sign_is_never_taken_for_a_slip(name: str) -> None:
    written = {name[:at] + more + name[at:] for at in range(len(name) + 1) for more in "019+-"} - names()
    for each in written:
        with pytest.raises(ZoneError) as caught:
            zone(each)
        assert caught.value.nearest is None or "UTC" in caught.value.advice


def test_importing_the_package_reads_no_zone_and_nothing_heavy() -> None:
    heavy = "{'zoneinfo', 'pkgutil', 'importlib.resources', 'difflib'}"
    code = f"import sys, schedule_catalog.expressions.evaluator as _; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
