"""Questions about a new repository, with the form of each answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from schedule_catalog.settings import NAMESPACE

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class Question:
    """`form` matches a whole answer, and `said` is what that is; an answer may be empty where `optional`."""

    name: str
    text: str
    form: re.Pattern[str]
    said: str
    usual: str
    optional: bool = False

    def mistake(self, answer: str) -> str | None:
        """Say what is wrong with an answer, None where nothing is."""
        if self.form.fullmatch(answer) or (self.optional and not answer):
            return None
        return f'"{answer}" is not {self.said}'


QUESTIONS = (
    Question(
        "project",
        "Name of the project, with which the names of all AWS resources begin",
        _NAME,
        'a project name: lower-case letters, digits and "-"',
        NAMESPACE,
    ),
    Question(
        "owner",
        "Owner of the first schedules",
        _NAME,
        'an owner: lower-case letters, digits and "-"',
        "platform",
    ),
    Question(
        "region",
        "AWS region",
        re.compile(r"[a-z]{2}(-[a-z]+)+-\d"),
        "an AWS region, such as eu-central-1",
        "eu-central-1",
    ),
    Question(
        "source",
        "GitHub repository with Schedule Catalog's workflows, as OWNER/NAME (empty: no workflows)",
        re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+"),
        "a repository, such as your-company/schedule-catalog",
        "",
        optional=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Answers:
    """Values for the files.

    source: the repository of the workflows; commit: the one that they are used of. Without both there are none.
    """

    project: str
    owner: str
    region: str
    source: str
    version: str
    commit: str | None

    def filled(self, template: str) -> str:
        """Return a template with its marks, `@NAME@`, replaced."""
        given = {"PROJECT": self.project, "OWNER": self.owner, "REGION": self.region, "SOURCE": self.source}
        marks = {**given, "VERSION": self.version, "COMMIT": self.commit or ""}
        return re.sub(r"@([A-Z]+)@", lambda mark: marks[mark[1]], template)


def asked(given: dict[str, str | None], ask: Callable[[str, str], str] | None) -> dict[str, str]:
    """Return an answer to each question: the given one, else that of `ask`, else the default.

    Raises ValueError for an invalid answer.
    """
    found = dict[str, str]()
    for question in QUESTIONS:
        answer = given[question.name]
        if answer is None and ask is not None:
            answer = ask(question.text, question.usual)
        found[question.name] = question.usual if answer is None else answer
        if (mistake := question.mistake(found[question.name])) is not None:
            raise ValueError(mistake)
    return found
