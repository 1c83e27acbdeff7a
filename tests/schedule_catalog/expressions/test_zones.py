"""Zones come from the `tzdata` package by their exact name, and a wrong name is answered with the right one."""

from __future__ import annotations

import subprocess
import sys
import zoneinfo
from importlib.resources import files

import pytest
import tzdata

from schedule_catalog.expressions import IANA_VERSION, ZoneError, zone


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
    ],
)
def test_what_is_no_zone_is_refused_and_the_nearest_is_named(name: str, nearest: str | None) -> None:
    with pytest.raises(ZoneError) as caught:
        zone(name)

    assert (caught.value.name, caught.value.nearest) == (name, nearest)
    assert f'"{name}" is not a time zone' in str(caught.value)


def test_importing_the_package_reads_no_zone_and_nothing_heavy() -> None:
    heavy = "{'zoneinfo', 'pkgutil', 'importlib.resources', 'difflib'}"
    code = f"import sys, schedule_catalog.expressions.evaluator as _; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
