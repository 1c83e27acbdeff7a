"""Git, used only to read objects of the repository whose work tree contains the catalog.

The tree is untrusted. So git does not search it for a repository, ignores its configuration, hooks and filters, fetches
nothing, and inherits no variable that could redirect it. https://git-scm.com/docs/git#_security
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from hashlib import new
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, NamedTuple, cast

from schedule_catalog.errors import GitError, MissingObjectError, os_reason
from schedule_client.contract.records import frozen

SECONDS = 60.0
LISTING_MAX = 32 << 20
CONTENT_MAX = 512 << 20
_KEPT = ("HOME", "XDG_CONFIG_HOME", "SUDO_UID", "TMPDIR")
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",  # unlike protocol.allow, it overrides protocol.ssh.allow of the repository
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_CONFIGURATION = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "core.warnAmbiguousRefs=true",
    "credential.helper=",
    "protocol.allow=never",
)
# Attributes with which git stores another text than that of the work tree; line ends do not matter in YAML.
_CONVERSIONS = ("working-tree-encoding", "ident", "filter")
_DUBIOUS = re.compile(r"dubious ownership|unsafe repository")


class Listed(NamedTuple):
    """File, link or submodule of a commit: its mode and object as git writes them, and its path from the top."""

    mode: str
    identity: str
    path: str


@frozen
class Repository:
    """Repository of a work tree; raises GitError if git refuses or its output is too large or too late."""

    top: Path
    environment: Mapping[str, str]

    @classmethod
    def of(cls, top: Path, inherited: Mapping[str, str] = os.environ) -> Repository:
        """Open the repository whose `.git` is in *top*, if git finds that it belongs to the current user."""
        found = cls(top, git_environment(inherited))
        # Git checks the owner only when it searches for the repository itself.
        found._run("-C", str(top), "rev-parse", "--git-dir", extra={"GIT_CEILING_DIRECTORIES": str(top.parent)})
        return found

    def commit(self, revision: str) -> str | None:
        """Return the commit that a revision names, None for an unknown one; an ambiguous name is refused."""
        answer, said = self._ask("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}", fails=True)
        if "is ambiguous" in said:
            raise GitError(f'"{revision}" is the name of several refs: write refs/heads/… or refs/remotes/…')
        return answer.decode().strip() or None

    def files(self, commit: str, below: Sequence[str]) -> Iterator[Listed]:
        """Yield the files of a commit under some paths, or all of them."""
        answer, _ = self._ask("ls-tree", "-r", "-z", "--full-tree", commit, "--", *below)
        for line in answer.split(b"\0")[:-1]:
            attributes, _, name = line.partition(b"\t")
            mode, _, identity = attributes.decode().split()
            yield Listed(mode, identity, name.decode(errors="backslashreplace"))

    def conversions(self, paths: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield each path whose stored content differs from the work tree by an attribute, and the attribute."""
        if not paths:
            return
        answer, _ = self._ask("check-attr", "-z", "--stdin", *_CONVERSIONS, given=paths, end="\0")
        words = answer.decode(errors="backslashreplace").split("\0")[:-1]
        for path, attribute, value in zip(*[iter(words)] * 3, strict=True):
            if value not in ("unspecified", "unset"):
                yield path, attribute

    def sizes(self, identities: Sequence[str]) -> dict[str, int]:
        """Return the size of each object; raises MissingObjectError for one that is not in this clone."""
        if not identities:
            return {}
        answer, _ = self._ask("cat-file", "--batch-check", given=identities)
        lines = [line.split() for line in answer.decode().splitlines()]
        if any(words[-1] == "missing" for words in lines):
            raise MissingObjectError("an object is not in this clone")
        return {words[0]: int(words[-1]) for words in lines}

    def contents(self, sizes: Mapping[str, int]) -> dict[str, bytes]:
        """Return the content of objects with known sizes."""
        if not sizes:
            return {}
        if sum(sizes.values()) > CONTENT_MAX:
            raise GitError(f"the files of the commit are larger than {CONTENT_MAX >> 20} MiB: name a folder with fewer")
        answer, _ = self._ask("cat-file", "--batch", given=list(sizes), most=CONTENT_MAX + LISTING_MAX)
        found, position = dict[str, bytes](), 0
        for identity, size in sizes.items():
            start = answer.index(b"\n", position) + 1
            found[identity] = answer[start : start + size]
            position = start + size + 1
        return found

    def _ask(
        self,
        *arguments: str,
        given: Sequence[str] = (),
        end: str = "\n",
        most: int = LISTING_MAX,
        fails: bool = False,
    ) -> tuple[bytes, str]:
        where = ("-C", str(self.top), f"--git-dir={self.top / '.git'}", f"--work-tree={self.top}")
        return self._run(*where, *arguments, given=given, end=end, most=most, fails=fails)

    def _run(
        self,
        *arguments: str,
        given: Sequence[str] = (),
        end: str = "\n",
        most: int = LISTING_MAX,
        fails: bool = False,
        extra: Mapping[str, str] | None = None,
    ) -> tuple[bytes, str]:
        """Output of git, limited in size and time, and its error output."""
        settings = (word for each in _CONFIGURATION for word in ("-c", each))
        command = ("git", "--no-pager", *settings, *arguments)
        with TemporaryFile() as asked, TemporaryFile() as said:
            asked.writelines(f"{each}{end}".encode() for each in given)
            asked.seek(0)
            try:
                process = subprocess.Popen(
                    command, stdin=asked, stdout=subprocess.PIPE, stderr=said, env={**self.environment, **(extra or {})}
                )
            except OSError as error:
                raise GitError(f"git cannot be run: {os_reason(error)}") from error
            answer, in_time = _answer(process, most)
            said.seek(0)
            words = said.read(4096).decode(errors="replace")
        if not in_time:
            raise GitError(f"git did not answer within {SECONDS:.0f} seconds")
        if len(answer) > most:
            raise GitError(f"git returned more than {most >> 20} MiB: name a folder with fewer files")
        if process.returncode and not fails:
            raise _refusal(words, self.top)
        return (b"" if process.returncode else answer), words


def blob_identity(content: bytes, digits: int) -> str:
    """Return the identity of a file's content in a repository whose identities have this number of digits."""
    name = {40: "sha1", 64: "sha256"}[digits]
    return new(name, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def git_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of git: without inherited variables of git, and without programs of the present folder."""
    folders = inherited.get("PATH", os.defpath).split(os.pathsep)
    path = os.pathsep.join(each for each in folders if Path(each).is_absolute())
    kept = {name: inherited[name] for name in _KEPT if name in inherited}
    return {**kept, **_ENVIRONMENT, "PATH": path}


def _answer(process: subprocess.Popen[bytes], most: int) -> tuple[bytes, bool]:
    timer = Timer(SECONDS, process.kill)
    timer.start()
    with process:
        answer = cast("IO[bytes]", process.stdout).read(most + 1)
        if len(answer) > most:
            process.kill()
        process.wait()
    in_time = timer.is_alive()
    timer.cancel()
    timer.join()  # a process with a thread does not share work
    return answer, in_time


def _refusal(said: str, top: Path) -> GitError:
    if "promisor" in said:
        return MissingObjectError("an object is not in this clone")
    if _DUBIOUS.search(said):
        command = shlex.join(("git", "config", "--global", "--add", "safe.directory", str(top)))
        return GitError(f'git does not read "{top}", which belongs to another user; if you trust it, run: {command}')
    lines = [line.removeprefix("fatal: ") for line in said.splitlines() if line.startswith(("fatal: ", "error: "))]
    return GitError(f"git: {lines[0] if lines else 'failed without a reason'}")
