"""A repository as it is laid out: it checks, it is formatted, and nothing that was there is changed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from schedule_catalog.cli.main import main
from schedule_catalog.schema_files import schema
from schedule_catalog.starter.answers import Answers
from schedule_catalog.starter.layout import layout
from tests.github.actionlint import said_of

ROOT = Path(__file__).parents[3]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
ANSWERS = Answers("shop", "billing", "eu-west-1", "your-company/schedule-catalog", "1.2.3", COMMIT)
WORKFLOWS = (".github/workflows/schedules.yml", ".github/workflows/schedules-comment.yml")
DEPLOYMENT = ".github/workflows/deployment.yml"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    layout(tmp_path, ANSWERS).write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_schedule_is_right_formatted_and_fires(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--strict"]) == 0
    assert main(["fmt", "--check"]) == 0
    assert main(["next", "first-call", "--count", "1"]) == 0
    assert "1 schedule in 1 file: no problems" in capsys.readouterr().out


def test_no_mark_of_a_template_is_left(folder: Path) -> None:
    texts = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}

    assert [path for path, text in texts.items() if re.search(r"@[A-Z]+@", text)] == []


def test_the_program_is_two_lines_of_one_pinned_distribution(folder: Path) -> None:
    assert (folder / "__main__.py").read_text() == "import schedule_stack\nschedule_stack.run_program()\n"
    assert (folder / "requirements.txt").read_text() == "schedule-stack==1.2.3\n"
    assert yaml.safe_load((folder / "Pulumi.yaml").read_text())["name"] == "shop"


@pytest.mark.parametrize("name", ["schedule", "calendar"])
def test_the_editor_knows_the_schemas_of_this_version(folder: Path, name: str) -> None:
    copied = json.loads((folder / "schemas" / f"{name}.schema.json").read_text())
    bound = json.loads((folder / ".vscode" / "settings.json").read_text())["yaml.schemas"]

    assert copied == schema(name)
    assert copied["$id"] == f"urn:schedule-catalog:{name}.schema.json"
    assert bound[f"./schemas/{name}.schema.json"]


def test_the_demo_s_file_names_the_schema_that_the_editor_uses(folder: Path) -> None:
    (modeline,) = re.findall(r"\$schema=(\S+)", (folder / "schedules" / "billing.yaml").read_text())

    assert (folder / "schedules" / modeline).resolve() == (folder / "schemas" / "schedule.schema.json").resolve()


def test_the_workflows_pass_actionlint_and_give_what_is_asked_for(folder: Path) -> None:
    files = [folder / name for name in (*WORKFLOWS, DEPLOYMENT)]
    assert said_of(*files) == []
    for job in (job for file in files for job in yaml.safe_load(file.read_text())["jobs"].values()):
        name, _, commit = job["uses"].removeprefix(f"{ANSWERS.source}/.github/workflows/").partition("@")
        called = yaml.load((ROOT / ".github/workflows" / name).read_text(), Loader=yaml.BaseLoader)["on"][
            "workflow_call"
        ]
        inputs = (called or {}).get("inputs", {})
        given = job.get("with", {})
        assert commit == COMMIT
        assert given.keys() <= inputs.keys()
        assert {each for each, about in inputs.items() if about.get("required") == "true"} <= given.keys()


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_page_shows_the_workflows_that_are_laid_out(name: str, folder: Path) -> None:
    page = (ROOT / "docs" / "repository.md").read_text()

    assert f"```yaml {name}\n{(folder / name).read_text()}```" in page


@pytest.mark.parametrize("answers", [{"source": ""}, {"commit": None}], ids=["no-source", "no-commit"])
def test_without_a_commit_to_use_there_are_no_workflows(answers: dict[str, None], tmp_path: Path) -> None:
    from dataclasses import replace

    assert not [name for name in layout(tmp_path, replace(ANSWERS, **answers)).new if "workflows" in name]


def test_what_is_there_stays_as_it_is(folder: Path) -> None:
    for path in (path for path in folder.rglob("*") if path.is_file()):
        path.write_text("mine\n")

    again = layout(folder, ANSWERS)
    again.write(folder)

    assert again.new == {}
    assert set(again.kept) == {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {path.read_text() for path in folder.rglob("*") if path.is_file()} == {"mine\n"}


def test_a_catalog_and_settings_of_ones_own_get_no_others_beside_them(tmp_path: Path) -> None:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "Pulumi.prod.yaml").touch()

    found = layout(tmp_path, ANSWERS)

    assert found.kept == ("Pulumi.prod.yaml", "schedules")
    assert [name for name in found.new if name.startswith(("schedules/", "Pulumi."))] == ["Pulumi.yaml"]


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "README.md").symlink_to(tmp_path.parent / "elsewhere.md")

    layout(tmp_path, ANSWERS).write(tmp_path)

    assert not (tmp_path.parent / "elsewhere.md").exists()


def test_what_an_existing_gitignore_lacks_is_named(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("/.venv\nnode_modules\n")

    assert layout(tmp_path, ANSWERS).ignored == (".stack/", "build/")
