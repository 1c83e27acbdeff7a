from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from local.options import parse_options


def test_nothing_given_means_the_dev_stack_of_this_checkout_without_an_end() -> None:
    options = parse_options([])

    assert (options.stack, options.duration, options.live) == ("dev", None, ())
    assert (options.catalog.name, options.state.name) == ("schedules", ".stack")


@pytest.mark.parametrize(
    ("text", "seconds"), [("60s", 60), ("5", 5), ("5m", 300), ("1h", 3600)], ids=["seconds", "bare", "minutes", "hours"]
)
def test_a_time_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert parse_options(["--for", text]).duration == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["0", "0s", "-5s", "1.5h", "soon", "5 m", "1d"])
def test_any_other_time_is_a_usage_error(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options([f"--for={text}"])

    assert ended.value.code == 2
    assert "write 60s, 5m or 1h" in capsys.readouterr().err


def test_hosts_to_call_are_given_one_by_one_and_may_be_pasted_as_urls() -> None:
    options = parse_options(["--live", "API.example.com", "--live", "https://hooks.example.com/x"])

    assert options.live == ("api.example.com", "hooks.example.com")


def test_a_catalog_that_is_not_there_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--catalog", str(tmp_path / "none")])

    assert "name the catalog" in capsys.readouterr().err


def test_a_stack_whose_name_leaves_the_state_folder_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--stack", "../dev"])

    assert "is no stack's name" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["api.example.com:8443", "http://API.example.com:8443/x"])
def test_a_live_host_is_live_on_every_port(text: str) -> None:
    assert parse_options(["--live", text]).live == ("api.example.com",)


@pytest.mark.parametrize("text", ["", "a@b", "https:///x", "a b", "[::1]"])
def test_what_is_no_host_is_not_silently_kept_on_loopback(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options([f"--live={text}"])

    assert "is no host" in capsys.readouterr().err


def test_names_to_answer_to_are_given_one_by_one() -> None:
    options = parse_options(["--allow-host", "Host.docker.internal", "--allow-host", "laptop"])

    assert options.hosts == ("host.docker.internal", "laptop")
    assert parse_options([]).hosts == ()


def test_what_is_not_a_name_is_not_answered_to(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--allow-host", "*"])

    assert '"*" is not a host' in capsys.readouterr().err
