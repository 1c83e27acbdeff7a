from __future__ import annotations

import os
from pathlib import Path

import pytest

from local.errors import EngineError
from local.real_engine.cli import Cli, find_cli
from local.real_engine.command import engine

# A Go that "builds" what it is asked to, and knows where the SDK's module lies.
GO = """#!/bin/sh
echo "$1" >> "{log}"
case "$1" in
build) while [ "$1" != -o ]; do shift; done; echo '#!/bin/sh\necho v9' > "$2/pulumi"; chmod +x "$2/pulumi";;
list) echo "{sdk}";;
esac
"""


def environment(folder: Path) -> dict[str, str]:
    (folder / "bin").mkdir(exist_ok=True)
    return {"PATH": str(folder / "bin"), "XDG_CACHE_HOME": str(folder / "cache")}


def script(folder: Path, name: str, text: str) -> Path:
    file = folder / "bin" / name
    file.write_text(text)
    file.chmod(0o755)
    return file


def go(folder: Path) -> Path:
    """The file that the Go's verbs are written to."""
    executor = folder / "sdk" / "python" / "cmd" / "pulumi-language-python-exec"
    executor.parent.mkdir(parents=True)
    executor.write_text("# the executor\n")
    script(folder, "go", GO.format(log=folder / "go.log", sdk=folder / "sdk"))
    return folder / "go.log"


def ignore(line: str) -> None:
    """Nobody listens."""


def test_the_one_on_the_path_is_taken_with_its_own_language_host(tmp_path: Path) -> None:
    path = environment(tmp_path)
    log = go(tmp_path)
    installed = script(tmp_path, "pulumi", "#!/bin/sh\necho v3.300.0\n")
    cli = find_cli(path, ignore)
    assert cli == Cli(installed, None)
    assert cli is not None
    assert cli.version() == "v3.300.0"
    cli.install_host(tmp_path)
    assert not (tmp_path / "pulumi-language-python").exists()
    assert not log.exists()


def test_without_it_one_is_built_once_and_kept(tmp_path: Path) -> None:
    path, said = environment(tmp_path), list[str]()
    log = go(tmp_path)
    first, second = find_cli(path, said.append), find_cli(path, said.append)
    assert first is not None
    assert first == second
    assert first.command.is_relative_to(tmp_path / "cache")
    assert first.executor is not None
    assert first.executor.read_text() == "# the executor\n"
    assert log.read_text().split() == ["build", "list"]
    assert [line.split(":")[1] for line in said] == [" about six minutes, once"]


def test_a_built_one_gets_a_language_host(tmp_path: Path) -> None:
    path = environment(tmp_path)
    go(tmp_path)
    cli = find_cli(path, ignore)
    assert cli is not None
    cli.install_host(tmp_path / "bin")
    host = tmp_path / "bin" / "pulumi-language-python"
    assert os.access(host, os.X_OK)
    assert str(cli.executor) in host.read_text()


def test_a_build_that_fails_says_why_and_leaves_nothing_to_be_taken_for_one(tmp_path: Path) -> None:
    path = environment(tmp_path)
    script(tmp_path, "go", "#!/bin/sh\necho 'proxy: 403 Forbidden' >&2\nexit 1\n")
    with pytest.raises(EngineError, match="403 Forbidden"):
        find_cli(path, ignore)
    assert [file for file in (tmp_path / "cache").rglob("*") if file.is_file()] == []


def test_where_there_is_neither_a_line_says_that_it_is_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert engine(["--state", str(tmp_path / "state")], environment(tmp_path)) == 0
    assert capsys.readouterr().out == "skipped: there is neither a pulumi on PATH nor a go to build one with\n"
    assert not (tmp_path / "state").exists()


def test_a_cli_that_does_not_run_is_an_error_not_a_skip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = environment(tmp_path)
    script(tmp_path, "go", "#!/bin/sh\nexit 3\n")
    assert engine(["--state", str(tmp_path / "state")], path) == 1
    assert 'error: "go build"' in capsys.readouterr().err
