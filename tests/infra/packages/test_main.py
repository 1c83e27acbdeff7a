from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.packages.__main__ import main


def test_both_packages_are_staged_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["--platform", "host", "--out", str(tmp_path)]) == 0

    proxy, callback = capsys.readouterr().out.splitlines()
    sizes = r"\((\d+\.\d) MB, zipped (\d+\.\d) MB\)"
    for line, package in ((proxy, "proxy"), (callback, "callback")):
        said = re.fullmatch(f"{package}: {re.escape(str(tmp_path))}/{package} {sizes}", line)
        assert said
        assert 0 < float(said[2]) < float(said[1])
        assert package == "callback" or float(said[1]) <= 1.0


def test_an_unknown_platform_is_a_usage_error(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        main(["--platform", "windows"])

    assert caught.value.code == 2
    assert "windows" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").touch()

    assert main(["--platform", "host", "--out", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.startswith("error: [Errno ")
