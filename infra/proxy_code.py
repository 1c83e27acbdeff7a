"""Proxy's package: the staged code, and the settings of this version of the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from schedule_catalog.settings import SETTINGS_FILE, proxy_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings


def proxy_code(
    package: str, settings: Settings, callback_url: pulumi.Input[str], entries: Sequence[Entry]
) -> pulumi.Output[pulumi.Archive]:
    """Return the archive of the staged folder *package* and the proxy's part of *settings*.

    entries: those whose calendars it has to know.

    A change of the settings is a new version, to which the aliases move when it is there: no call meets settings of one
    deployment and code of another, nothing is read at run time, and there is no limit but the package's.
    """

    def archive(url: str) -> pulumi.Archive:
        text = proxy_settings(settings, url, entries).to_json()
        return pulumi.AssetArchive({".": pulumi.FileArchive(package), SETTINGS_FILE: pulumi.StringAsset(text)})

    return pulumi.Output.from_input(callback_url).apply(archive)
