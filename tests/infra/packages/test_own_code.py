from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.packages import PackageError, Platform, own_code_outdated, stage_own_code
from infra.packages.__main__ import main
from infra.packages.lock import locked, locked_versions
from schedule_catalog.settings import Settings, parse_settings

ROOT = Path(__file__).resolve().parents[3]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
HANDLER = "from callback_api.handlers import task\n"


def settings(**callback: Any) -> Settings:
    return parse_settings("prod", {"callback": {"handlers": ["reminders"], **callback}})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A company's repository with handlers, as work leaves it behind."""
    (tmp_path / "handlers" / "mail" / "__pycache__").mkdir(parents=True)
    (tmp_path / "handlers" / "reminders.py").write_text(HANDLER)
    (tmp_path / "handlers" / "mail" / "text.html").write_text("<p>")
    (tmp_path / "handlers" / "mail" / "__pycache__" / "text.cpython-313.pyc").write_text("bytecode")
    return tmp_path


def wheel(project: Path, **files: str) -> Path:
    path = project / "shop-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/") + ".py", content)
        archive.writestr("shop-1.0.dist-info/METADATA", "Name: shop")
    return path


def names(folder: Path) -> set[str]:
    """Files that Python may see."""
    files = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return {file.as_posix() for file in files if not file.name.startswith(".")}


@pytest.mark.parametrize("platform", Platform)
def test_a_folder_is_staged_without_what_tools_leave_in_it(project: Path, platform: Platform) -> None:
    folder = stage_own_code(settings(code="handlers"), project, project / "out", platform)

    assert folder is not None
    assert folder == project / "out" / "handlers-prod"
    assert names(folder) == {"reminders.py", "mail/text.html"}
    assert own_code_outdated(settings(code="handlers"), project, folder) is None
    (project / "handlers" / "reminders.py").write_text("# edited")
    assert own_code_outdated(settings(code="handlers"), project, folder) == "reminders.py"


def test_a_module_that_was_removed_since_or_is_new_makes_the_staged_code_outdated(project: Path) -> None:
    (project / "handlers" / "old.py").write_text(HANDLER)
    own = settings(code="handlers")
    folder = stage_own_code(own, project, project / "out", Platform.LAMBDA)

    assert folder is not None
    (project / "handlers" / "old.py").unlink()
    assert own_code_outdated(own, project, folder) == "old.py"


def test_a_wheel_is_staged_as_what_is_in_it(project: Path) -> None:
    code = wheel(project, shop__jobs=HANDLER).name
    folder = stage_own_code(settings(code=code), project, project / "out", Platform.LAMBDA)

    assert folder is not None
    assert names(folder) == {"shop/jobs.py", "shop-1.0.dist-info/METADATA"}
    wheel(project, shop__jobs="# edited")
    assert own_code_outdated(settings(code=code), project, folder) == "shop/jobs.py"


def test_distributions_of_the_code_are_installed_but_for_those_that_the_service_has(project: Path) -> None:
    (project / "handlers" / "requirements.txt").write_text(locked("handlers", LOCK, ["anyio", "jinja2"]))
    own = settings(code="handlers", requirements="handlers/requirements.txt")

    folder = stage_own_code(own, project, project / "out", Platform.LAMBDA)

    assert folder is not None
    assert (folder / "jinja2" / "__init__.py").is_file()
    assert not (folder / "anyio").exists()
    assert own_code_outdated(own, project, folder) is None
    (folder / f"jinja2-{locked_versions(LOCK)['jinja2']}.dist-info").rename(folder / "jinja2-1.0.dist-info")
    assert own_code_outdated(own, project, folder) == f"jinja2 {locked_versions(LOCK)['jinja2']}"


def test_extras_are_installed_and_markers_decided_for_lambda(project: Path) -> None:
    jinja2 = locked("handlers", LOCK, ["jinja2"])
    text = jinja2.replace("jinja2==", "Jinja2[i18n]==", 1) + 'jinja2==1.0 ; sys_platform == "win32" --hash=sha256:aa\n'
    (project / "needs.txt").write_text(text + 'boto9==1.0 ; python_version < "3"\n')
    own = settings(code="handlers", requirements="needs.txt")

    folder = stage_own_code(own, project, project / "out", Platform.LAMBDA)

    assert folder is not None
    assert [each.name for each in folder.glob("*.dist-info")] == [f"jinja2-{locked_versions(LOCK)['jinja2']}.dist-info"]
    assert own_code_outdated(own, project, folder) is None
    (project / "needs.txt").write_text(locked("handlers", LOCK, ["anyio"]))
    assert own_code_outdated(own, project, folder) == f"jinja2 {locked_versions(LOCK)['jinja2']}"


@pytest.mark.parametrize(
    ("callback", "said"),
    [
        ({"code": "nothing"}, r"nothing\" is not a folder or a wheel"),
        ({"code": "odd.whl"}, 'places outside the code, such as "shop.data/scripts/run"'),
        ({"code": "handlers", "requirements": "none.txt"}, "No such file or directory: .*none.txt"),
        ({"code": "handlers", "requirements": "loose.txt"}, 'has "jinja2", which is not NAME==VERSION'),
        ({"code": "handlers", "requirements": "url.txt"}, 'has "mylib @ https://example.com/mylib.whl", which is not'),
        ({"code": "handlers", "requirements": "date.txt"}, "pins python-dateutil, and Lambda's runtime brings"),
        ({"code": "handlers", "requirements": "empty.txt"}, "pins nothing"),
        ({"code": "handlers", "requirements": "other.txt"}, r"it needs anyio 1.0, and the service has \d"),
    ],
)
def test_what_lambda_could_not_run_is_refused(project: Path, callback: dict[str, str], said: str) -> None:
    (project / "loose.txt").write_text("jinja2\n")
    (project / "url.txt").write_text("jinja2==3.1\nmylib @ https://example.com/mylib.whl --hash=sha256:aa\n")
    (project / "date.txt").write_text("Python_Dateutil==2.9.0\n")
    (project / "empty.txt").write_text("# nothing yet\n\n")
    (project / "other.txt").write_text("anyio==1.0\n")
    with zipfile.ZipFile(project / "odd.whl", "w") as archive:
        archive.writestr("shop.data/scripts/run", "")

    with pytest.raises(PackageError, match=said):
        stage_own_code(settings(**callback), project, project / "out", Platform.LAMBDA)


def test_each_stack_s_code_is_staged_with_the_packages(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    callback = "config: {schedule-catalog:callback: {code: handlers, handlers: [reminders]}}"
    (project / "Pulumi.prod.yaml").write_text(callback)
    (project / "Pulumi.dev.yaml").write_text("config: {}")
    (project / "Pulumi.odd.yaml").write_text("config: {schedule-catalog:callback: {memory_mb: 1}}")

    assert main(["--platform", "host"]) == 0

    printed = capsys.readouterr()
    assert [line.partition(":")[0] for line in printed.out.splitlines()] == ["proxy", "callback", "handlers-prod"]
    assert "Pulumi.odd.yaml is not staged" in printed.err


def test_settings_that_are_named_are_those_of_the_stacks_that_are_staged(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    callback = "config: {schedule-catalog:callback: {code: CODE, handlers: [reminders]}}"
    (project / "stacks").mkdir()
    (project / "stacks" / "Pulumi.prod.yaml").write_text(callback.replace("CODE", "handlers"))
    (project / "Pulumi.dev.yaml").write_text(callback.replace("CODE", "dist/not-built.whl"))

    assert main(["--platform", "host", "--settings", "stacks/Pulumi.prod.yaml"]) == 0
    assert "handlers-prod: " in capsys.readouterr().out
    assert main(["--platform", "host", "--settings", "stacks/Pulumi.none.yaml"]) == 1
    assert "Pulumi.none.yaml" in capsys.readouterr().err
