"""From the files to the emulator: check, deploy, tell what changed; at the start and after each edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.errors import LocalError
from local.placeholder_urls import placeholder_urls
from local.secrets import seed_secrets, seed_urls
from local.stack_file import read_stack
from schedule_catalog.calendars import calendars_under
from schedule_catalog.checking.pipeline import check
from schedule_catalog.problem import Severity
from schedule_catalog.settings import NAMESPACE, Settings, SettingsError, SettingsFileError, read_settings

if TYPE_CHECKING:
    from local.deployer import Deployer
    from local.emulator.emulator import Emulator
    from local.engine.deployment import Deployment, ResourceChange
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.entry import Entry

SCHEDULE = "aws:scheduler/schedule:Schedule"


@dataclass(frozen=True, slots=True)
class Sources:
    """Entries and settings of one stack."""

    folder: Path
    stack: str
    catalog: Path

    @property
    def settings(self) -> Path:
        """The stack's file."""
        return self.folder / f"Pulumi.{self.stack}.yaml"

    @property
    def calendars(self) -> Path:
        """The folder of the calendars."""
        return self.folder / read_stack(self.folder, self.stack).config.get(f"{NAMESPACE}:calendars", "calendars")

    @property
    def settings_files(self) -> tuple[Path, Path]:
        """The project's file and the stack's."""
        return self.folder / "Pulumi.yaml", self.settings


@dataclass(frozen=True, slots=True)
class Release:
    """Result of one attempt to deploy.

    `catalog` is absent when the settings could not be read, `deployment` when there was nothing fit to deploy; `error`
    says in a few lines why nothing, or not everything, was deployed. `replaced` is whether the callback service was
    started again, with other code or variables.
    """

    catalog: Catalog | None = None
    deployment: Deployment | None = None
    settings: Settings | None = None
    error: str | None = None
    replaced: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether everything is as the files say."""
        return self.error is None and self.deployment is not None

    @property
    def entries(self) -> Mapping[str, Entry]:
        """The stack's entries by name."""
        if self.catalog is None or self.settings is None:
            return {}
        return {entry.name: entry for entry in self.catalog.for_stack(self.settings.stack)}

    @property
    def changes(self) -> tuple[ResourceChange, ...]:
        """The resources that were changed."""
        return self.deployment.changes if self.deployment is not None else ()

    @property
    def outputs(self) -> Mapping[str, Any]:
        """The stack's exports."""
        return self.deployment.outputs if self.deployment is not None else {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """Messages of the deployer for people."""
        return self.deployment.warnings if self.deployment is not None else ()

    @property
    def doubts(self) -> frozenset[tuple[str, str, str]]:
        """The catalog's warnings, wherever in their files they stand: path, rule, message."""
        problems = self.catalog.problems if self.catalog is not None else ()
        return frozenset((one.path, one.rule, one.message) for one in problems if one.severity is Severity.WARNING)

    def schedule_changes(self) -> tuple[ResourceChange, ...]:
        """The schedules that were changed, by name."""
        return tuple(sorted((one for one in self.changes if one.type == SCHEDULE), key=lambda one: one.name))


@dataclass(slots=True)
class Publisher:
    """Releases the files again and again; `seeded` are the secrets looked after."""

    sources: Sources
    emulator: Emulator
    deployer: Deployer
    seeded: set[str] = field(default_factory=set[str])

    def release(self) -> Release:
        """Check the files and, if nothing forbids it, deploy them; what is wrong is in the answer."""
        checked = read_release(self.sources)
        if checked.error is not None or checked.catalog is None or checked.catalog.errors:
            return checked
        return self._deploy(checked)

    def _deploy(self, checked: Release) -> Release:
        try:
            self._seed(checked)
            deployment = self.deployer.deploy()
        except LocalError as error:
            return Release(checked.catalog, None, checked.settings, str(error))
        failed = deployment.error or "\n".join(str(failure) for failure in deployment.failures) or None
        return Release(checked.catalog, deployment, checked.settings, failed)

    def _seed(self, checked: Release) -> None:
        settings, auths = checked.settings, (entry.request.auth for entry in checked.entries.values())
        assert settings is not None  # noqa: S101 - they were read
        kinds = {auth.secret: auth.type == "basic" for auth in auths if auth is not None and auth.secret is not None}
        kinds |= {client.secret: True for client in settings.clients.values() if client.secret is not None}
        new = {name: is_login for name, is_login in kinds.items() if name not in self.seeded}
        seed_secrets(self.emulator.client, new, settings.secret_prefix)
        urls = placeholder_urls(settings.services, settings.access)
        seed_urls(self.emulator.client, urls, settings.secret_prefix, self.seeded)
        self.seeded |= {*new, *urls}


def read_release(sources: Sources) -> Release:
    """The files checked as `schedules check --stack` does, and nothing deployed."""
    try:
        project = read_stack(sources.folder, sources.stack).project
        settings, folder = read_settings(sources.settings, project), sources.calendars
    except SettingsError as error:
        lines = "\n".join(f"  {mistake}" for mistake in error.mistakes)
        return Release(error=f'wrong settings in "{sources.settings}":\n{lines}')
    except (SettingsFileError, LocalError) as error:
        return Release(error=str(error))
    now = datetime.now(UTC)
    known = {settings.stack: settings}
    calendars = calendars_under(folder, now).freezing(known)
    catalog = check([sources.catalog], settings=known, calendars=calendars, stack=settings.stack, now=now)
    return Release(catalog, None, settings)
