"""A model of Pulumi's engine and of AWS, in memory: what a walk goes through without either."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml

from local.errors import EngineError
from local.real_engine.engine_report import EngineReport, EngineStep
from local.real_engine.project import Resource
from local.real_engine.walk import Walk

if TYPE_CHECKING:
    from local.real_engine.aws_side import AwsSide
    from local.real_engine.project import EngineProject

Key = tuple[str, str]
SCHEDULE = "aws:scheduler/schedule:Schedule"
QUEUE: Key = ("undelivered", "aws:sqs/queue:Queue")
LOG: Key = ("proxy", "aws:cloudwatch/logGroup:LogGroup")
POLICY: Key = ("proxy", "aws:iam/rolePolicy:RolePolicy")
SERVICE: Key = ("callback", "aws:lambda/function:Function")
TABLES: tuple[Key, ...] = (("ledger", "aws:dynamodb/table:Table"), ("tasks", "aws:dynamodb/table:Table"))


class ModelAws:
    """An account: the content of each resource, by hand or by the engine."""

    def __init__(self) -> None:
        self.resources: dict[Key, str] = {}
        self.commands: list[tuple[str, ...]] = []
        self._keys = {"signing/callback": "first"}
        self._protected = sorted(name for name, _ in TABLES)

    def names(self) -> set[str]:
        return {f"{kind}/{name}" for name, kind in self.resources}

    def schedules(self) -> set[str]:
        return {name for name, kind in self.resources if kind == SCHEDULE}

    def secrets_in(self, text: str) -> list[str]:
        return []

    def code(self, function: str) -> dict[str, bytes]:
        handlers = self.resources[SERVICE]
        return {"handlers/walked.py": handlers.encode(), "handlers/packaging/__init__.py": b""}

    def keys(self) -> dict[str, str]:
        return dict(self._keys)

    def rotate_keys(self) -> None:
        self._keys = {name: f"{text} new" for name, text in self._keys.items()}

    def disable_schedule(self, identity: str) -> None:
        self.resources[identity, SCHEDULE] = "disabled"

    def delete_schedule(self, identity: str) -> None:
        del self.resources[identity, SCHEDULE]

    def shorten_queue(self, identity: str) -> None:
        self.resources[QUEUE] = "by hand"

    def shorten_log(self, identity: str) -> None:
        self.resources[LOG] = "by hand"

    def widen_policy(self, identity: str) -> None:
        self.resources[POLICY] = "by hand"

    def protected_tables(self) -> list[str]:
        return list(self._protected)

    def unprotect_table(self, name: str) -> None:
        self._protected.remove(name)
        self.commands.append(("aws", "dynamodb", "update-table", "--table-name", name))


class ModelProject:
    """A project whose engine creates what the catalog, the settings and the handlers say."""

    def __init__(self, folder: Path, aws: ModelAws) -> None:
        self.catalog = folder / "schedules"
        self.catalog.mkdir()
        (self.catalog / "other.yaml").write_text("schedules:\n  other: {rate: 1 day}\n")
        self._aws = aws
        self._state: dict[Key, str] = {}
        self._exported: dict[Key, str] = {}
        self._settings, self._handlers, self._protected = "", "", True

    def write_handlers(self, text: str) -> None:
        self._handlers = text

    def stage_handlers(self) -> None:
        pass

    def call(self, *arguments: str) -> str:
        self._aws.commands.append(("pulumi", *arguments))
        match arguments[:2]:
            case ("config", "set"):
                self._settings += " ".join(arguments)
            case ("stack", "export"):
                self._exported = dict(self._state)
            case ("stack", "rm"):
                self._state = {}
            case ("stack", "import"):
                self._state = dict(self._exported)
            case ("state", "unprotect"):
                self._protected = False
            case _:
                pass
        return ""

    def deploy(self, verb: str, *options: str) -> EngineReport:
        self._aws.commands.append(("pulumi", verb, *options))
        wanted = {"refresh": dict(self._aws.resources), "destroy": {}}.get(verb) if verb != "up" else None
        target = self._desired() if wanted is None else wanted
        found = changes(self._state, target)
        if verb != "preview":
            self._state, self._aws.resources = target, dict(target)
        return EngineReport(found, 0, ())

    def refusal(self, verb: str, *options: str) -> EngineReport:
        self._aws.commands.append(("pulumi", verb, *options))
        try:
            self._desired()
        except EngineError as error:
            return EngineReport(frozenset(), 0, (str(error),))
        return EngineReport(frozenset(), 0, ("it is protected",) if self._protected else ())

    def state(self) -> str:
        return "{}"

    def resources(self) -> frozenset[Resource]:
        return frozenset(Resource(*key, key[0], protected=key in TABLES and self._protected) for key in self._state)

    def _desired(self) -> dict[Key, str]:
        """What the program would create; EngineError where an entry has a cron of five fields."""
        found: dict[Key, str] = dict.fromkeys((QUEUE, POLICY, *TABLES), "as deployed")
        found |= {LOG: self._settings, SERVICE: self._handlers}
        for path in self.catalog.glob("*.yaml"):
            for number, (name, entry) in enumerate(yaml.safe_load(path.read_text())["schedules"].items(), 3):
                if len(str(entry.get("cron", "* * * * * *")).split()) != 6:
                    raise EngineError(f"{path.name}:{number}:3: error")
                found[name, SCHEDULE] = str(entry)
        return found


def changes(before: dict[Key, str], after: dict[Key, str]) -> frozenset[EngineStep]:
    """The steps from one to the other."""
    created = {EngineStep("create", *key) for key in after.keys() - before.keys()}
    deleted = {EngineStep("delete", *key) for key in before.keys() - after.keys()}
    return frozenset(
        created | deleted | {EngineStep("update", *key) for key in before.keys() & after if before[key] != after[key]}
    )


def walked(folder: Path) -> tuple[list[tuple[str, ...]], list[str]]:
    """Walk through the model; gives the commands that the walk ran, and the titles of its steps."""
    aws, titles = ModelAws(), list[str]()
    project: Any = ModelProject(folder, aws)
    tell = lambda title, what, seconds: titles.append(title)  # noqa: E731
    Walk(cast("EngineProject", project), cast("AwsSide", aws), tell, lambda line: None).go()
    return aws.commands, titles
