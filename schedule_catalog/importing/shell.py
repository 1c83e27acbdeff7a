"""A command line as the words that a shell makes of it, when that needs no shell."""

from __future__ import annotations

from schedule_catalog.importing.errors import NotConvertibleError

_OPERATORS = ("&&", "||", ";", "|", "&", "(", ")", "<", "\n")


def words(command: str) -> list[str]:
    """Split a simple command; redirections of its output fall away.

    Raises NotConvertibleError for whatever only a shell can do: variables, pipes, several commands.
    """
    result: list[str] = []
    word: str | None = None
    at = 0
    while at < len(command):
        mark = command[at]
        if mark in " \t":
            result += [word] if word is not None else []
            word, at = None, at + 1
        elif word is None and (end := _redirection(command, at)):
            at = end
        elif word is None and mark == "#":
            break
        elif mark == "'":
            end = _closing(command, at)
            word, at = (word or "") + command[at + 1 : end], end + 1
        elif mark == '"':
            text, at = _double_quoted(command, at + 1)
            word = (word or "") + text
        elif mark == "\\":
            if command[at + 1 : at + 2] != "\n":
                word = (word or "") + command[at + 1 : at + 2]
            at += 2
        else:
            _refuse_operator(command, at)
            word, at = (word or "") + mark, at + 1
    return [*result, *([word] if word is not None else [])]


def _redirection(command: str, at: int) -> int:
    """Where a redirection of the output ends that begins at *at*; 0 where none begins."""
    start = at
    while command[at : at + 1].isdigit() or command[at : at + 1] == "&":
        at += 1
    if command[at : at + 1] != ">" or at - start > 1:
        return 0
    while command[at : at + 1] in (">", "&", "|") and command[at : at + 1]:
        at += 1
    while command[at : at + 1] == " ":
        at += 1
    while at < len(command) and command[at] not in " \t;|&":
        at += 1
    return at


def _refuse_operator(command: str, at: int) -> None:
    mark = command[at]
    if mark in "$`":
        raise NotConvertibleError("its command uses a shell variable or substitution: write the value out")
    operator = next((each for each in _OPERATORS if command.startswith(each, at)), "")
    if operator:
        shown = "a line break" if operator == "\n" else f'"{operator}"'
        raise NotConvertibleError(
            f"its command needs a shell ({shown} outside of quotes): make it one call, or an endpoint"
        )


def _closing(command: str, at: int) -> int:
    end = command.find("'", at + 1)
    if end < 0:
        raise NotConvertibleError("a quote in its command is not closed")
    return end


def _double_quoted(command: str, at: int) -> tuple[str, int]:
    text = ""
    while at < len(command) and command[at] != '"':
        if command[at] in "$`":
            raise NotConvertibleError("its command uses a shell variable or substitution: write the value out")
        if command[at] == "\\" and command[at + 1 : at + 2] in ('"', "\\", "$", "`", "\n"):
            at += 1
            text += "" if command[at] == "\n" else command[at]
        else:
            text += command[at]
        at += 1
    if at >= len(command):
        raise NotConvertibleError("a quote in its command is not closed")
    return text, at + 1
