"""Simple commands of a shell script, as far as they can be read without a shell.

Source: POSIX.1-2017, Shell Command Language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.variables import Variables, kebab, mark, without_marks

_OPERATORS = ("&&", "||", ";;", ";", "|", "&", "\n")
_REDIRECTION = re.compile(r"(?:[0-9]?|&)(>>|>\||>&|>|<<<|<<|<&|<>|<)[ \t]*")
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9?$!#*@-]")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_CAT = re.compile(r"\s*cat\s+[\"']?(/?(?:[\w.-]+/)*([\w.-]+))[\"']?\s*")
_DATE = re.compile(r"\s*date\s+[\"']?\+%([a-zA-Z])[\"']?\s*")
_SPLIT = re.compile(r"[\s*?\[]")
SUBSTITUTION = "$(…)"
"""Name in the mark of a command substitution, whose text is not shown: it may contain a secret."""


@dataclass(frozen=True, slots=True)
class Redirection:
    """Redirection `2>>FILE`: the operator with its descriptor, and the file."""

    operator: str
    file: str


@dataclass(slots=True)
class ShellCommand:
    """Simple command.

    link: the operator before it: "", "&&", "||", "|", ";" or "&".
    where: its position for people: the line, if the script has several.
    """

    link: str
    where: str
    words: list[str] = field(default_factory=list[str])
    redirections: list[Redirection] = field(default_factory=list[Redirection])


def commands(script: str, variables: Variables) -> list[ShellCommand]:
    """Return the simple commands of a script, variables expanded or marked.

    Raises NotConvertibleError for features that need a shell: loops, functions, here-documents.
    """
    return list(_Lexer(script, variables).commands())


def assignment(word: str) -> tuple[str, str] | None:
    """Return the name and the value of `NAME=value`, or None."""
    found = _ASSIGNMENT.fullmatch(word)
    return (found[1], found[2]) if found else None


def _refuse_cut_address(command: ShellCommand) -> None:
    """Refuse `curl https://a.example.com/?x=1&y=2`: it calls without the second parameter, surely by mistake."""
    if command.link == "&" and all(map(assignment, command.words)):
        raise NotConvertibleError('an unquoted "&" cuts its address short: quote the address')


class _Lexer:
    def __init__(self, script: str, variables: Variables) -> None:
        self._text = script.strip()
        self._variables = variables
        self._at = 0
        self._word: str | None = None

    def commands(self) -> Iterator[ShellCommand]:
        """Yield each command when it ends; assignments apply to later ones."""
        command = ShellCommand("", self._where())
        while self._at < len(self._text):
            operator = self._step(command)
            if operator is None:
                continue
            if command.words or command.redirections:
                self._assign(command)
                _refuse_cut_address(command)
                yield command
                link = ";" if operator == "\n" else operator
            else:
                link = command.link if operator == "\n" else operator
            command = ShellCommand(link, self._where())
        self._end_word(command)
        if command.words or command.redirections:
            _refuse_cut_address(command)
            yield command

    def _where(self) -> str:
        line = self._text.count("\n", 0, self._at) + 1
        return f"line {line} of its script" if "\n" in self._text else "its command"

    def _step(self, command: ShellCommand) -> str | None:
        """Read one piece, and return the operator if it ends the command."""
        rest = self._text[self._at :]
        first = rest[0]
        if first in " \t\r":
            self._end_word(command)
            self._at += 1
        elif self._word is None and first == "#":
            self._at += len(rest.partition("\n")[0])
        elif self._word is None and (found := _REDIRECTION.match(rest)):
            self._redirect(command, found)
        elif operator := next((each for each in _OPERATORS if rest.startswith(each)), ""):
            self._end_word(command)
            self._at += len(operator)
            return operator
        elif first in "()" or (first in "{}" and self._word is None and rest[1:2] in ("", " ", "\t", "\n", ";")):
            raise NotConvertibleError(f'{command.where} groups commands ("{first}"): write one call')
        elif first in "<>":
            self._end_word(command)
        else:
            self._word = (self._word or "") + self._piece(first)
        return None

    def _end_word(self, command: ShellCommand) -> None:
        if self._word is not None:
            command.words.append(self._word)
            self._word = None

    def _assign(self, command: ShellCommand) -> None:
        words = command.words[1:] if command.words[:1] == ["export"] else command.words
        pairs = [assignment(word) for word in words]
        if all(pairs):
            self._variables = self._variables.with_values(dict(pair for pair in pairs if pair))

    def _redirect(self, command: ShellCommand, found: re.Match[str]) -> None:
        if found[1].startswith("<"):
            what = "a here-document" if found[1].startswith("<<") else "a file"
            raise NotConvertibleError(f"{command.where} reads {what}: write the data into the call")
        self._at += found.end()
        file = ""
        while self._at < len(self._text) and self._text[self._at] not in " \t\r\n;|&<>":
            file += self._piece(self._text[self._at])
        command.redirections.append(Redirection(found[0].strip(), file))

    def _piece(self, first: str) -> str:
        """Read the next piece of a word: a quoted text, an expansion or one character."""
        if first == "'":
            end = self._closing("'")
            text, self._at = self._text[self._at + 1 : end], end + 1
            return text
        if first == '"':
            self._at += 1
            return self._double_quoted()
        if first in "$`":
            value = self._expansion()
            if _SPLIT.search(without_marks(value)):
                raise NotConvertibleError("it uses an unquoted variable of several words: quote it")
            return value
        self._at += 1
        if first != "\\":
            return first
        self._at += 1
        escaped = self._text[self._at - 1 : self._at]
        return "" if escaped == "\n" else escaped

    def _double_quoted(self) -> str:
        text = ""
        while (each := self._text[self._at : self._at + 1]) != '"':
            if not each:
                raise NotConvertibleError("a quote in its command is not closed")
            if each in "$`":
                text += self._expansion()
                continue
            self._at += 1
            if each == "\\" and self._text[self._at : self._at + 1] in ('"', "\\", "$", "`", "\n"):
                each = self._text[self._at].replace("\n", "")
                self._at += 1
            text += each
        self._at += 1
        return text

    def _closing(self, quote: str) -> int:
        end = self._text.find(quote, self._at + 1)
        if end < 0:
            raise NotConvertibleError("a quote in its command is not closed")
        return end

    def _expansion(self) -> str:
        """Read `$NAME`, `${NAME}`, `$(command)` or a command in backticks."""
        if self._text[self._at] == "`":
            end = self._closing("`")
            text, self._at = self._text[self._at + 1 : end], end + 1
            return self._substituted(text)
        rest = self._text[self._at + 1 :]
        if rest.startswith("("):
            return self._substituted(self._parenthesised())
        if rest.startswith("{"):
            end = self._text.find("}", self._at)
            text, self._at = self._text[self._at + 2 : end], (end + 1 or len(self._text))
            found = _NAME.match(text)
            whole = found is not None and found.end() == len(text)
            return self._variables.expanded(text) if whole else mark(found[0] if found else SUBSTITUTION)
        found = _NAME.match(rest)
        self._at += 1 + (found.end() if found else 0)
        return self._variables.expanded(found[0]) if found else "$"

    def _parenthesised(self) -> str:
        start, depth = self._at + 2, 0
        for index in range(self._at + 1, len(self._text)):
            depth += {"(": 1, ")": -1}.get(self._text[index], 0)
            if not depth:
                self._at = index + 1
                return self._text[start:index]
        raise NotConvertibleError("a parenthesis in its command is not closed")

    def _substituted(self, text: str) -> str:
        if found := _DATE.fullmatch(text):
            return mark(f"date +%{found[1]}")
        if found := _CAT.fullmatch(text):
            name = found[2]
            self._variables.secrets[name] = kebab(name.split(".")[0])
            return mark(name)
        return mark(SUBSTITUTION)
