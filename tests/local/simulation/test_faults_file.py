from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.simulation.faults import Faults, Outage
from local.simulation.faults_file import FaultsError, read_faults


def written(folder: Path, text: str) -> Path:
    path = folder / "faults.yaml"
    path.write_text(text)
    return path


def test_a_plan_has_what_the_file_says(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "failures: {503: 0.1, timeout-after-work: 0.2}\n"
        "duplicates: 0.05\nkills: 0\nlost_answers: 0.01\nthrottles: {sqs: 0.02}\n"
        "outages: [{host: a.example.com, from: 2027-01-05T08:00:00+01:00, to: 2027-01-06}]\n",
    )
    begin, end = datetime(2027, 1, 5, 7, tzinfo=UTC).timestamp(), datetime(2027, 1, 6, tzinfo=UTC).timestamp()
    assert read_faults(path) == Faults(
        failures={"503": 0.1, "timeout-after-work": 0.2},
        duplicates=0.05,
        lost_answers=0.01,
        throttles={"sqs": 0.02},
        outages=(Outage("a.example.com", begin, end),),
    )


def test_an_empty_file_is_no_fault(tmp_path: Path) -> None:
    assert read_faults(written(tmp_path, "# nothing\n")) == Faults()


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[]", "has to be a mapping"),
        ("a: [", "not valid YAML in line"),
        ("failure: {}", '"failure" is not known'),
        ("kills: 5", '"kills" is a share from 0 to 1'),
        ("kills: yes", '"kills" is a share'),
        ("kills: .nan", '"kills" is a share'),
        ("failures: 0.3", '"failures" has to be a mapping'),
        ("failures: {timeuot: 0.1}", '"timeuot" in "failures" is not known'),
        ("failures: {200: 0.1}", '"200" in "failures" is not known'),
        ("failures: {500: much}", '"500" in "failures" is a share'),
        ("failures: {500: 0.6, 503: 0.6}", "together 1.2: at most 1"),
        ("throttles: {s3: 0.1}", '"s3" in "throttles" is not known: write sqs or dynamodb'),
        ("outages: {}", '"outages" has to be a list'),
        ("outages: [{host: a, from: 2027-01-05}]", "see number 1"),
        ("outages: [{host: a, from: 2027-01-05, to: 2027-01-04}]", 'outage 1 has to go "from" a time "to" a later'),
        ("outages: [{host: 5, from: 2027-01-05, to: 2027-01-06}]", '"host" of outage 1'),
    ],
)
def test_a_mistake_is_named(text: str, mistake: str, tmp_path: Path) -> None:
    with pytest.raises(FaultsError) as raised:
        read_faults(written(tmp_path, text))
    assert mistake in str(raised.value)
    assert str(raised.value).startswith(str(tmp_path))


def test_every_mistake_is_named(tmp_path: Path) -> None:
    with pytest.raises(FaultsError) as raised:
        read_faults(written(tmp_path, "kills: 5\nduplicates: -1\nfailures: {999: 0.1}\n"))
    assert len(raised.value.mistakes) == 3


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="no such file"):
        read_faults(tmp_path / "none.yaml")
