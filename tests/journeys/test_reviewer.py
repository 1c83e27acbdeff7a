"""The reviewer of a hostile pull request: the review ends, says what is wrong, and does nothing for the author."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest
import yaml

from tests.chromium import chromium
from tests.docs.page import ROOT, Desk
from tests.github.comment_page import page_of
from tests.journeys.documented import documented

REVIEW = yaml.safe_load((ROOT / ".github/workflows/review.yml").read_text())["jobs"]["review"]["steps"]
SCRIPTS = {step["name"]: step["run"] for step in REVIEW if "run" in step}
TOUR = "docs/tour.md"
# A credential, text for a terminal, for a workflow's log, for markdown and for HTML, and a notification of everybody.
HOSTILE = """\
owner: growth
schedules:
  leak:
    rate: 1 day
    request: {service: crm, path: /a, headers: {Authorization: "Bearer abc123def456ghi789"}}
  loud:
    description: "\\e]0;owned\\a\\e[2J ::error::owned <img src=x onerror=alert(1)> @everyone [pay](https://evil.example.com)"
    rate: 1 day
    runbook: "https://evil.example.com/<script>alert(1)</script>"
    request: {service: crm, path: "/</td><script>alert(1)</script>"}
  elsewhere:
    rate: 1 day
    request: {url: "https://169.254.169.254/latest/meta-data"}
"""
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture(name="desk", scope="module")
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A checkout of the pull request, in which git itself has something to run."""
    folder = tmp_path_factory.mktemp("review")
    desk = Desk(folder, "tour")
    desk.run("git checkout -q main && git checkout -qb hostile")
    (desk.folder / "schedules" / "hostile.yaml").write_text(HOSTILE)
    (desk.folder / "schedules" / "bomb.yaml").write_text(BOMB)
    (folder / "outside.yaml").write_text("owner: outside-of-the-repository\nschedules: {}\n")
    (desk.folder / "schedules" / "link.yaml").symlink_to(folder / "outside.yaml")
    (desk.folder / ".gitmodules").write_text('[submodule "evil"]\n  path = evil\n  url = ext::touch owned\n')
    desk.run("git add -A && git commit -qm 'An innocent change'")
    return desk


@pytest.fixture(name="filtered")
def _filtered(desk: Desk) -> Iterator[Desk]:
    """The pull request with a filter for what git checks out."""
    (desk.folder / ".gitattributes").write_text("*.yaml filter=evil\n")
    desk.run("git config filter.evil.clean 'touch ../owned; cat'; git add -A; git commit -qm filter; rm ../owned")
    yield desk
    desk.run("git config --remove-section filter.evil; git reset -q --hard HEAD^")


def types(desk: Desk, line: str) -> str:
    """Type a command of the guided tour, and return what it prints and its exit status."""
    return desk.run(f"{documented(line, TOUR)}; echo status $?")


@pytest.mark.parametrize("line", ["schedules check --base main", "schedules diff main"])
def test_the_terminal_shows_each_mistake_and_obeys_none_of_the_text(desk: Desk, line: str) -> None:
    printed = types(desk, line)

    assert printed.endswith("status 1\n")
    assert "carries a credential" in printed
    assert "bomb.yaml" in printed
    assert "outside-of-the-repository" not in printed
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", printed)
    assert not (desk.folder / "owned").exists()


def test_a_filter_of_the_tree_is_refused_and_not_run(filtered: Desk) -> None:
    printed = types(filtered, "schedules diff main")

    assert printed.endswith("status 2\n")
    assert 'has the git attribute "filter"' in printed
    assert not (filtered.folder.parent / "owned").exists()


def review(desk: Desk, step: str) -> str:
    """Run a step of the review workflow as GitHub's runner does."""
    temp = desk.folder.parent / "temp"
    temp.mkdir(exist_ok=True)
    variables = {
        "CATALOG": "schedules",
        "SETTINGS": "",
        "BASE": "main",
        "SOURCE_URL": "https://github.com/shop/catalog/blob/0123abc",
        "REPORT_URL": "https://github.com/shop/catalog/actions/runs/7#artifacts",
        "LIMIT": "3m",
        "VERSION": "",
        "RUNNER_TEMP": str(temp),
        "GITHUB_STEP_SUMMARY": str(temp / "summary.md"),
        "GITHUB_ACTIONS": "true",
    }
    given = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    return desk.run(f"env {given} bash --noprofile --norc -eo pipefail -c {shlex.quote(SCRIPTS[step])}; echo status $?")


def test_the_log_of_the_workflow_has_no_command_of_the_author(desk: Desk) -> None:
    printed = review(desk, "Check")

    assert printed.endswith("status 1\n")
    commands = re.findall(r"^::(\w+)", printed, re.MULTILINE)
    assert set(commands) <= {"error", "warning"}
    assert not re.search(r"^::error::owned", printed, re.MULTILINE)


def test_the_comment_shows_the_verdict_and_nothing_that_the_author_draws(desk: Desk) -> None:
    markdown = desk.run(f"{documented('schedules diff main --format markdown', 'docs/diff.md')}")

    asked: list[str] = []
    with chromium() as browser:
        page = browser.new_page()
        page.on("dialog", lambda dialog: asked.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.set_content(page_of(markdown))
        shown = page.inner_text("body")
        links = page.eval_on_selector_all("a", "all => all.map(each => each.href)")
        drawn = page.locator("img, script, iframe").count()

    assert shown.startswith("❌ Cannot be deployed")
    assert [link for link in links if "evil" in link] == []
    assert drawn == 0
    assert asked == []
    assert "@everyone" not in markdown.replace("@\u200b", "")


def test_the_report_runs_nothing_of_the_author_and_asks_nobody(desk: Desk) -> None:
    types(desk, "schedules report")

    asked: list[str] = []
    with chromium() as browser:
        page = browser.new_page()
        page.on("dialog", lambda dialog: asked.append(dialog.message))
        page.on("request", lambda request: asked.extend([] if request.url.startswith("file:") else [request.url]))
        page.goto((desk.folder / "schedules.html").as_uri())
        page.get_by_role("heading", level=1).wait_for()

    assert asked == []
    assert (desk.folder / "schedules.html").stat().st_size < 2_000_000
