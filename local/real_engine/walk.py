"""A stack's whole life under the real engine, each step held to what it should do.

Expected are the very resources that a step changes: anything more or less ends the walk.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from local.errors import EngineError
from local.options import DEFAULT_STACK
from local.real_engine.engine_report import EngineReport, EngineStep
from schedule_catalog.settings import NAMESPACE

if TYPE_CHECKING:
    from local.real_engine.aws_side import AwsSide
    from local.real_engine.project import EngineProject, Resource

_FUNCTION = "aws:lambda/function:Function"
_SCHEDULE = "aws:scheduler/schedule:Schedule"
_LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
_ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
_QUEUE = "aws:sqs/queue:Queue"
_KEPT, _ADDED = "walked", "walked-and-removed"
_HEAD = "owner: platform\nschedules:\n"
_ENTRY = "  {name}: {{rate: {rate}, request: {{service: callback, path: /api/v1/tasks/callback}}}}\n"
_HANDLERS = "import packaging\n\nVERSION = {version}\n"
_OWN_CODE = {
    "code": "handlers",
    "handlers[0]": "walked",
    "requirements": "handlers/requirements.txt",
    "permissions.ReadOrders.actions[0]": "dynamodb:GetItem",
    "permissions.ReadOrders.resources[0]": "arn:aws:dynamodb:eu-central-1:000000000000:table/orders",
}
_BROKEN = '  broken: {cron: "0 9 * * *", request: {service: callback, path: /}}\n'

Tell = Callable[[str, str, float], None]


class Walk:
    """Walks a prepared project from its first preview to its end; `tell` hears of each step, `detail` what it changed.

    The catalog is the checkout's, with files of the walk's own beside it; the stack is dev.
    """

    def __init__(self, project: EngineProject, aws: AwsSide, tell: Tell, detail: Callable[[str], None]) -> None:
        self._project = project
        self._aws = aws
        self._tell = tell
        self._detail = detail
        self._file = project.catalog / "walk.yaml"
        self._other = project.catalog / "walk-elsewhere.yaml"
        self._before = aws.names()

    def go(self) -> None:
        """Walk all of it; EngineError at the first step that does not do what it should."""
        kept = _entry(_KEPT, "1 hour")
        self._file.write_text(_HEAD + kept)
        self._configure()
        self._begin()
        self._edit_entries(kept)
        self._edit_settings()
        self._break_the_catalog()
        self._drift()
        self._restore()
        self._end()

    def _configure(self) -> None:
        began = time.monotonic()
        self._project.call("stack", "init", DEFAULT_STACK, "--secrets-provider=passphrase")
        # The clock stands still, so that no entry comes to its end between two steps.
        now = datetime.now(UTC).isoformat(timespec="seconds")
        own_code = [f"--plaintext={NAMESPACE}:callback.{key}={value}" for key, value in _OWN_CODE.items()]
        self._project.call("config", "set-all", "--path", f"--plaintext={NAMESPACE}:now={now}", *own_code)
        self._project.write_handlers(_HANDLERS.format(version=1))
        self._project.stage_handlers()
        self._tell("stack init", "state in files, secrets by a passphrase", time.monotonic() - began)

    def _begin(self) -> None:
        planned = self._step("preview of everything", "preview")
        _require(planned.changes == planned.of("create"), "preview of everything", "only creations")
        _require(not self._added(), "preview of everything", "AWS as it was before")
        self._step("up", "up", planned.changes)
        deployed = {schedule.id for schedule in self._found(_SCHEDULE)}
        _require(self._aws.schedules() == deployed, "up", "the schedules of the state in AWS, and no others")
        _require(not self._aws.secrets_in(self._project.state()), "up", "no secret's value in the state")
        self._both("nothing edited", ())

    def _edit_entries(self, kept: str) -> None:
        file, other = self._file, self._other
        changed, added = _entry(_KEPT, "2 hours"), _entry(_ADDED, "3 hours")
        file.write_text(_HEAD + kept + added)
        self._both("an entry added", [EngineStep("create", _ADDED, _SCHEDULE)])
        file.write_text(_HEAD + changed + added)
        self._both("an entry changed", [EngineStep("update", _KEPT, _SCHEDULE)])
        file.rename(other)
        self._both("its file renamed", ())
        file.write_text(_HEAD + changed)
        other.write_text(_HEAD + added)
        self._both("an entry moved to another file", ())
        other.unlink()
        self._both("an entry removed", [EngineStep("delete", _ADDED, _SCHEDULE)])

    def _edit_settings(self) -> None:
        self._set("log_retention_days", "30")
        self._project.write_handlers(edited := _HANDLERS.format(version=2))
        self._project.stage_handlers()
        service = next(function for function in self._found(_FUNCTION) if function.name == "callback")
        changed = [*map(_update, self._found(_LOG_GROUP)), _update(service)]
        self._both("log_retention_days, handlers", changed)
        code = self._aws.code(service.id)
        _require(code["handlers/walked.py"] == edited.encode(), "up, handlers", "the edited handlers in Lambda")
        _require("handlers/packaging/__init__.py" in code, "up, handlers", "the distribution that they need in Lambda")

    def _break_the_catalog(self) -> None:
        began = time.monotonic()
        self._other.write_text(_HEAD + _BROKEN)
        refusal = self._project.refusal("up")
        place = f"{self._other.name}:3:"
        _require(any(place in error for error in refusal.errors), "a broken catalog", f'an error at "{place}"')
        self._tell("a broken catalog", f"refused, at {place.rstrip(':')}", time.monotonic() - began)
        self._other.unlink()

    def _drift(self) -> None:
        """Change things behind the engine's back: it must see all of it, and fix all of it except keys set by hand."""
        self._aws.rotate_keys()
        keys = self._aws.keys()
        self._step("refresh, keys rotated by hand", "refresh", ())
        schedules = self._found(_SCHEDULE)
        edited = next(schedule for schedule in schedules if schedule.name == _KEPT)
        lost = next(schedule for schedule in schedules if schedule.name != _KEPT)
        queue, group, policy = (self._found(kind)[0] for kind in (_QUEUE, _LOG_GROUP, _ROLE_POLICY))
        self._aws.disable_schedule(edited.id)
        self._aws.delete_schedule(lost.id)
        self._aws.shorten_queue(queue.id)
        self._aws.shorten_log(group.id)
        self._aws.widen_policy(policy.id)
        changed = [_update(one) for one in (edited, queue, group, policy)]
        self._step("refresh, 5 changed by hand", "refresh", [*changed, EngineStep("delete", lost.name, lost.type)])
        self._both("they are fixed", [*changed, EngineStep("create", lost.name, lost.type)])
        self._step("refresh, all is well", "refresh", ())
        _require(self._aws.keys() == keys, "refresh, all is well", "the keys that were put by hand")

    def _restore(self) -> None:
        """Lose the state, and restore it from an export: nothing differs, and nothing is deployed again."""
        began = time.monotonic()
        kept = str(self._file.parents[1] / "kept.json")
        self._project.call("stack", "export", "--file", kept)
        self._project.call("stack", "rm", DEFAULT_STACK, "--force", "--yes", "--preserve-config")
        self._project.call("stack", "init", DEFAULT_STACK, "--secrets-provider=passphrase")
        _require(not self._project.resources(), "state lost", "a state without resources")
        self._project.call("stack", "import", "--file", kept)
        self._tell("state lost and restored", "from an export", time.monotonic() - began)
        self._step("refresh, state restored", "refresh", ())
        self._both("state restored", ())

    def _end(self) -> None:
        """Protected resources must be unprotected first: in Pulumi, and in DynamoDB."""
        everything = self._project.resources()
        self._refuse_to_destroy(sorted(resource.name for resource in everything if resource.protected))
        self._project.call("state", "unprotect", "--all", "--yes")
        for table in self._aws.protected_tables():
            self._aws.unprotect_table(table)
            self._detail(f"   the table {table}")
        gone = [EngineStep("delete", resource.name, resource.type) for resource in everything]
        self._step("unprotect, destroy", "destroy", gone)
        _require(not self._added(), "unprotect, destroy", f"nothing left in AWS, and there is: {sorted(self._added())}")

    def _refuse_to_destroy(self, protected: list[str]) -> None:
        began = time.monotonic()
        # Not a run without a preview: that deletes what is not protected before it stops.
        refusal = self._project.refusal("destroy", "--preview-only")
        _require(any("protected" in error for error in refusal.errors), "destroy", "an error about what is protected")
        self._tell("destroy", f"refused: {len(protected)} resources are protected", time.monotonic() - began)
        for name in protected:
            self._detail(f"   {name}")

    def _both(self, title: str, expected: Iterable[EngineStep]) -> None:
        """Preview and deploy: both report the same changes."""
        wanted = frozenset(expected)
        self._step(f"preview, {title}", "preview", wanted)
        self._step(f"up, {title}", "up", wanted)

    def _step(self, title: str, verb: str, expected: Iterable[EngineStep] | None = None) -> EngineReport:
        """Run *verb*, tell, and hold it to the very changes that are expected."""
        began = time.monotonic()
        account = self._project.deploy(verb)
        self._tell(title, account.summary(), time.monotonic() - began)
        if verb != "preview":
            for line in account.lines():
                self._detail(line)
        if expected is not None:
            _compare(title, frozenset(expected), account)
        return account

    def _added(self) -> set[str]:
        """Resources that AWS has now, and did not have before the walk."""
        return self._aws.names() - self._before

    def _set(self, key: str, value: str) -> None:
        self._project.call("config", "set", f"{NAMESPACE}:{key}", value)

    def _found(self, resource_type: str) -> list[Resource]:
        return sorted(resource for resource in self._project.resources() if resource.type == resource_type)


def _entry(name: str, rate: str) -> str:
    return _ENTRY.format(name=name, rate=rate)


def _update(resource: Resource) -> EngineStep:
    return EngineStep("update", resource.name, resource.type)


def _compare(title: str, wanted: frozenset[EngineStep], account: EngineReport) -> None:
    if account.changes != wanted:
        missing = [f"  missing:    {change}" for change in sorted(wanted - account.changes)]
        unexpected = [f"  unexpected: {change}" for change in sorted(account.changes - wanted)]
        raise EngineError("\n".join((f'step "{title}" did not do what it should:', *missing, *unexpected)))


def _require(held: bool, title: str, what: str) -> None:
    if not held:
        raise EngineError(f'step "{title}": expected {what}')
