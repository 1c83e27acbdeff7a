from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

from local.engine.state import DeployedResource, DeployedState, described_instance

ENTRY = DeployedResource(
    urn="urn:pulumi:dev::p::t::one",
    type="t",
    name="one",
    id="1",
    inputs={"a": [1, {"b": None}]},
    outputs={"arn": "x"},
    dependencies=("urn:other",),
    property_dependencies={"a": ("urn:other",)},
)


def test_a_change_is_on_disk_before_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    DeployedState(path, "i").put(ENTRY)  # and then killed: never closed
    again = DeployedState(path, "i")
    assert again.entries == {ENTRY.urn: ENTRY}
    again.remove(ENTRY.urn)
    assert DeployedState(path, "i").entries == {}


def test_a_half_written_line_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    DeployedState(path, "i").put(ENTRY)
    with path.open("a") as file:
        file.write('{"put": {"urn": "urn:pul')
    state = DeployedState(path, "i")
    state.put(replace(ENTRY, urn="urn:two"))
    assert set(DeployedState(path, "i").entries) == {ENTRY.urn, "urn:two"}


def test_the_state_of_another_instance_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    DeployedState(path, "first").put(ENTRY)
    assert described_instance(path) == "first"
    assert DeployedState(path, "second").entries == {}
    assert described_instance(path) == "second"


def test_no_file_describes_no_instance(tmp_path: Path) -> None:
    assert described_instance(tmp_path / "none") is None


def test_the_salt_is_kept_and_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    state = DeployedState(path, "i")
    state.put(ENTRY)
    state.close()
    assert DeployedState(path, "i").salt == state.salt
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_closing_leaves_a_line_per_entry(tmp_path: Path) -> None:
    state = DeployedState(tmp_path / "dev.jsonl", "i")
    for number in range(9):
        state.put(replace(ENTRY, id=str(number)))
    state.close()
    assert len((tmp_path / "dev.jsonl").read_text().splitlines()) == 2


def test_a_replaced_resource_stands_beside_its_successor(tmp_path: Path) -> None:
    state = DeployedState(tmp_path / "dev.jsonl", "i")
    state.put(replace(ENTRY, outdated=True))
    state.put(replace(ENTRY, id="2"))
    assert {entry.id for entry in DeployedState(tmp_path / "dev.jsonl", "i").entries.values()} == {"1", "2"}
