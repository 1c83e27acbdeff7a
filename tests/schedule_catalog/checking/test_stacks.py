"""Merging: defaults < entry < stack."""

from __future__ import annotations

from typing import Any

import pytest

from schedule_catalog.checking.stacks import entry_defaults, merge, variants

Values = dict[str, Any]


def merged(entry: Values, defaults: Values | None = None) -> dict[tuple[str, ...] | None, Values]:
    found = variants("a", entry, entry_defaults(defaults or {}))
    return {each.stacks: {key: value for key, value in each.values.items() if key != "stacks"} for each in found}


def test_mappings_merge_by_key_and_lists_and_scalars_are_replaced() -> None:
    under = {"labels": {"a": "1", "b": "2"}, "enabled": True, "request": {"params": {"x": [1, 2]}}}
    over = {"labels": {"b": "3"}, "enabled": False, "request": {"params": {"x": [3]}}}

    assert merge(under, over) == {"labels": {"a": "1", "b": "3"}, "enabled": False, "request": {"params": {"x": [3]}}}


def test_a_timing_replaces_the_other_timing() -> None:
    entry = {"cron": "0 9 * * ? *", "stacks": {"prod": {}, "dev": {"rate": "1 hour"}}}

    assert merged(entry) == {("prod",): {"cron": "0 9 * * ? *"}, ("dev",): {"rate": "1 hour"}}


def test_service_headers_and_auth_of_the_defaults_go_into_the_request() -> None:
    defaults = {"service": "s", "headers": {"A": "1"}, "auth": {"type": "bearer", "secret": "t"}, "labels": {"x": "y"}}

    assert merged({"rate": "1 hour", "request": {"path": "/p", "headers": {"B": "2"}}}, defaults)[None] == {
        "rate": "1 hour",
        "labels": {"x": "y"},
        "request": {
            "service": "s",
            "path": "/p",
            "headers": {"A": "1", "B": "2"},
            "auth": {"type": "bearer", "secret": "t"},
        },
    }


def test_a_url_replaces_the_service_of_the_defaults_and_a_service_the_url_of_the_entry() -> None:
    entry = {
        "rate": "1 hour",
        "stacks": {"dev": {"request": {"service": "t", "path": "/p"}}},
        "request": {"url": "https://h.example.com/"},
    }

    assert merged(entry, {"service": "s"})["dev",]["request"] == {"service": "t", "path": "/p"}
    assert merged(entry | {"stacks": ["prod"]}, {"service": "s"})["prod",]["request"] == {
        "url": "https://h.example.com/"
    }


def test_an_auth_of_another_type_replaces_the_whole_and_one_of_the_same_merges() -> None:
    header = {"type": "header", "name": "X-Key", "secret": "a"}

    assert merge({"auth": header}, {"auth": {"type": "bearer", "secret": "b"}}, "request")["auth"] == {
        "type": "bearer",
        "secret": "b",
    }
    assert merge({"auth": header}, {"auth": {"type": "header", "secret": "b"}}, "request")["auth"]["name"] == "X-Key"


@pytest.mark.parametrize("kind", [{"body": {"b": 2}}, {"form": {"b": 2}}, {"text": "b"}])
def test_a_body_of_another_kind_replaces_the_whole_and_one_of_the_same_merges(kind: dict[str, Any]) -> None:
    contents: list[dict[str, Any]] = [{"body": {"a": 1}}, {"form": {"a": 1}}, {"text": "a"}]
    for under in contents:
        (key, below), (own, value) = *under.items(), *kind.items()
        merged = {**below, **value} if key == own and isinstance(below, dict) else value

        assert merge({"request": {"path": "/", **under}}, {"request": kind})["request"] == {"path": "/", own: merged}


def test_keys_of_a_body_never_exclude_each_other() -> None:
    under = {"request": {"body": {"cron": "a", "url": "b", "type": "c", "secret": "d"}}}
    over = {"request": {"body": {"rate": "e", "service": "f", "type": "g"}}}

    assert set(merge(under, over)["request"]["body"]) == {"cron", "url", "type", "secret", "rate", "service"}


def test_what_defaults_say_for_others_is_left_out_and_what_the_entry_says_is_kept() -> None:
    defaults = {"timezone": "Asia/Seoul", "start": "2027-01-01T00:00"}

    assert "timezone" not in merged({"rate": "1 hour"}, {"timezone": "Asia/Seoul"})[None]
    assert "timezone" in merged({"rate": "1 hour", "timezone": "UTC"}, defaults)[None]
    assert "timezone" in merged({"rate": "1 hour"}, defaults)[None], "a start needs its zone"
    assert "start" not in merged({"at": "2027-03-01T00:00"}, defaults)[None]


def test_stacks_that_get_the_same_are_one_variant_that_shares_the_entry() -> None:
    entry = {"rate": "1 hour", "stacks": {"a": {}, "b": {}, "c": {"enabled": False}}}
    first, second = variants("x", entry, {})

    assert (first.stacks, second.stacks) == (("a", "b"), ("c",))
    assert first.values is entry


def test_stacks_of_the_defaults_merge_with_those_of_the_entry() -> None:
    found = merged(
        {"rate": "1 hour", "stacks": {"dev": {"timeout_seconds": 5}}},
        {"stacks": {"dev": {"enabled": False}, "prod": {}}},
    )

    assert found == {
        ("prod",): {"rate": "1 hour"},
        ("dev",): {"rate": "1 hour", "enabled": False, "timeout_seconds": 5},
    }


def test_merging_changes_neither_side() -> None:
    under: dict[str, Any] = {"cron": "x", "labels": {"a": "1"}}
    over: dict[str, Any] = {"rate": "y", "labels": {"b": "2"}}
    merge(under, over)

    assert (under, over) == ({"cron": "x", "labels": {"a": "1"}}, {"rate": "y", "labels": {"b": "2"}})
