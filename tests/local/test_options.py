from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from local.options import Options, parse_line

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def parse_options(arguments: list[str]) -> Options:
    return Options.of(parse_line(arguments))


def test_nothing_given_means_the_dev_stack_of_this_checkout_without_an_end() -> None:
    options = parse_options([])

    assert (options.stack, options.duration, options.live) == ("dev", None, ())
    assert (options.catalog, options.state, options.folder) == (Path("schedules"), Path(".stack"), ROOT)


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

    assert "specify --catalog DIR" in capsys.readouterr().err


def test_a_stack_whose_name_leaves_the_state_folder_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--stack", "../dev"])

    assert "is not the name of a stack" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["api.example.com:8443", "http://API.example.com:8443/x"])
def test_a_live_host_is_live_on_every_port(text: str) -> None:
    assert parse_options(["--live", text]).live == ("api.example.com",)


@pytest.mark.parametrize("text", ["", "a@b", "https:///x", "a b", "[::1]"])
def test_what_is_no_host_is_not_silently_kept_on_loopback(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options([f"--live={text}"])

    assert "is not a host" in capsys.readouterr().err


def test_names_to_answer_to_are_given_one_by_one() -> None:
    options = parse_options(["--allow-host", "Host.docker.internal", "--allow-host", "laptop"])

    assert options.hosts == ("host.docker.internal", "laptop")
    assert parse_options([]).hosts == ()


def test_what_is_not_a_name_is_not_answered_to(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--allow-host", "*"])

    assert '"*" is not a host' in capsys.readouterr().err


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A repository with a catalog and the settings of two stacks, neither of which is "dev"."""
    (tmp_path / "schedules").mkdir()
    for stack in ("prod", "staging"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    return tmp_path


def test_the_settings_are_those_beside_the_catalog(company: Path) -> None:
    options = parse_options(["--catalog", str(company / "schedules"), "--stack", "prod"])

    assert (options.folder, options.stack) == (company, "prod")


def test_the_only_stack_needs_no_name(company: Path) -> None:
    (company / "Pulumi.staging.yaml").unlink()

    assert parse_options(["--catalog", str(company / "schedules")]).stack == "prod"


def test_of_several_stacks_one_is_named(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--catalog", str(company / "schedules")])

    assert "specify a stack with --stack NAME" in capsys.readouterr().err


def test_settings_elsewhere_name_their_stack(company: Path) -> None:
    options = parse_options(["--settings", str(company / "Pulumi.prod.yaml")])

    assert (options.folder, options.stack, options.catalog) == (company, "prod", Path("schedules"))


def test_two_names_for_the_stack_are_a_usage_error(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--settings", str(company / "Pulumi.prod.yaml"), "--stack", "staging"])

    assert '--settings names the stack "prod", and --stack "staging"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["--seed", "2"], "--seed needs --simulate"),
        (["--simulate", "--from", "2027-01-04"], "--simulate needs --from TIME and --to TIME"),
        (["--simulate", "--live", "a.example.com"], "--live is for a stack in real time"),
    ],
)
def test_an_option_of_the_other_clock_is_a_usage_error(
    line: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse_line(line)

    assert said in capsys.readouterr().err
