"""The files of a new repository, and which of them a folder gets: none that is there is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.schema_files import schema_text

if TYPE_CHECKING:
    from schedule_catalog.starter.answers import Answers

_HERE = Path(__file__).parent
_IGNORED = ".gitignore"
_CATALOG = "schedules"
_SCHEMAS = ("schedule", "calendar")
_TEMPLATES: Mapping[str, str] = {
    _IGNORED: "gitignore",
    ".pre-commit-config.yaml": "pre-commit.yaml",
    ".vscode/settings.json": "editor.json",
    "Pulumi.yaml": "pulumi.yaml",
    "README.md": "readme.md",
    "__main__.py": "program",
    "requirements.txt": "requirements",
}
_WORKFLOWS: Mapping[str, str] = {
    ".github/workflows/schedules.yml": "review.yml",
    ".github/workflows/schedules-comment.yml": "comment.yml",
    ".github/workflows/deployment.yml": "deployment.yml",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Files to write, by their paths in the folder; `kept` are those that are there already, or take their place.

    ignored: what an existing `.gitignore` does not name yet.
    """

    new: Mapping[str, str]
    kept: tuple[str, ...]
    ignored: tuple[str, ...]

    def write(self, folder: Path) -> None:
        """Write the new files; a file that was created meanwhile is an error, and not overwritten."""
        for name, text in self.new.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)


def layout(folder: Path, answers: Answers, demo: bool = False) -> Layout:
    """Return what a folder lacks of a repository."""
    files = dict(_files(folder, answers, demo))
    kept = {name for name in files if (folder / name).exists() or (folder / name).is_symlink()}
    new = {name: text for name, text in files.items() if name not in kept}
    return Layout(
        new, tuple(sorted({*kept, *_in_place(folder, answers)})), _missing_lines(folder / _IGNORED, files[_IGNORED])
    )


def _in_place(folder: Path, answers: Answers) -> Iterator[str]:
    """Yield the settings and the catalog of a folder, instead of which it gets no first ones."""
    yield from (path.name for path in folder.glob("Pulumi.*.yaml"))
    if (folder / _CATALOG).exists():
        own = _first_file(answers)
        yield own if (folder / own).exists() else _CATALOG


def _first_file(answers: Answers) -> str:
    return f"{_CATALOG}/{answers.owner}.yaml"


def _missing_lines(path: Path, text: str) -> tuple[str, ...]:
    try:
        there = {line.strip().strip("/") for line in path.read_text("utf-8").splitlines()}
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(line for line in text.splitlines() if line.strip("/") not in there)


def demo_change() -> Mapping[str, str]:
    """Return the files of the guided tour's pull request."""
    return {f"{_CATALOG}/{path.name}": path.read_text("utf-8") for path in sorted((_HERE / "demo" / "after").iterdir())}


def _files(folder: Path, answers: Answers, demo: bool) -> Iterator[tuple[str, str]]:
    templates = {**_TEMPLATES, **(_WORKFLOWS if answers.source and answers.commit else {})}
    for name, template in templates.items():
        yield name, answers.filled((_HERE / "templates" / template).read_text("utf-8"))
    for name in _SCHEMAS:
        yield f"schemas/{name}.schema.json", schema_text(name)
    if demo:
        yield "Pulumi.prod.yaml", (_HERE / "demo" / "settings.yaml").read_text("utf-8")
        for path in sorted((_HERE / "demo" / "before").iterdir()):
            yield f"{_CATALOG}/{path.name}", path.read_text("utf-8")
        return
    if next(folder.glob("Pulumi.*.yaml"), None) is None:
        yield "Pulumi.dev.yaml", answers.filled((_HERE / "templates" / "settings.yaml").read_text("utf-8"))
    if not (folder / _CATALOG).exists():
        yield _first_file(answers), answers.filled((_HERE / "templates" / "catalog.yaml").read_text("utf-8"))
