"""A key of a stack file that is nearly a setting is named, and those of other programs are theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedule_catalog.settings import SettingsFileError, parse_settings, read_settings


def refusal(folder: Path, content: str) -> list[str]:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(content)
    with pytest.raises(SettingsFileError) as caught:
        read_settings(file)
    return [line.replace(str(file), "dev") for line in str(caught.value).splitlines()]


@pytest.mark.parametrize("content", ["foo", "[config]", "1"])
def test_a_stack_file_that_is_no_mapping_is_not_an_empty_one(tmp_path: Path, content: str) -> None:
    assert refusal(tmp_path, content) == ['dev: not a mapping: write the settings below "config"']


@pytest.mark.parametrize(
    ("content", "place", "key", "meant"),
    [
        ('config: {"schedule-catalogue:services": {}}', "1:10", "schedule-catalogue:services", "services"),
        ("config:\n  Schedule_Catalog:servces: {}", "2:3", "Schedule_Catalog:servces", "services"),
        ("config: {proxy: {}}", "1:10", "proxy", "proxy"),
    ],
)
def test_a_key_of_the_configuration_that_is_nearly_a_setting_is_named(
    tmp_path: Path, content: str, place: str, key: str, meant: str
) -> None:
    said = f'dev:{place}: "{key}" is not read: did you mean "schedule-catalog:{meant}"?'
    assert refusal(tmp_path, content) == [said]


@pytest.mark.parametrize("key", ["services", "schedule-catalog:services", "schedules-catalog:services"])
def test_a_setting_beside_the_configuration_is_named(tmp_path: Path, key: str) -> None:
    said = f'dev:1:1: "{key}" is not read: did you mean "schedule-catalog:services", below "config"?'
    assert refusal(tmp_path, f"{key}: {{}}\nconfig: {{}}\n") == [said]


def test_each_mistaken_key_is_named_at_once(tmp_path: Path) -> None:
    found = refusal(tmp_path, "hosts: []\nconfig:\n  schedule-catalgo:owners: {}\n  vpc: {}\n")

    assert [line.partition(" is not read")[0] for line in found] == [
        'dev:1:1: "hosts"',
        'dev:3:3: "schedule-catalgo:owners"',
        'dev:4:3: "vpc"',
    ]


@pytest.mark.parametrize(
    "content",
    [
        "config:\n",
        "encryptionsalt: v1:x\nsecretsprovider: awskms://alias/x\nenvironment: [shop/dev]\n",
        'config: {"shop:services": {}, "aws:region": eu-west-1, "schedule-catalogue:colour": red, "other:hosts": []}\n',
    ],
)
def test_the_settings_of_other_programs_are_theirs(tmp_path: Path, content: str) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(content)

    assert read_settings(file) == parse_settings("dev", {})
