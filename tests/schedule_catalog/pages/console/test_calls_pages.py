"""The calls page of a laptop's console, as its browser asks it."""

from __future__ import annotations

import re

import pytest

from tests.schedule_catalog.pages.console.site import Laptop, client_of, deployed, text_of


def test_calls_are_shown_only_where_there_is_a_receiver() -> None:
    without = client_of(deployed())

    assert without.get("/calls").status_code == 404
    assert "Calls" not in re.findall(r"<a [^>]*>(\w+)</a>", without.get("/").text)


def test_another_console_of_a_laptop_stack_says_where_its_calls_are() -> None:
    client = client_of(deployed(), of_laptop=True)

    assert "Calls" in re.findall(r"<a [^>]*>(\w+)</a>", client.get("/").text)
    assert "The calls are in the console of schedules dev" in text_of(client.get("/calls"))
    assert client.post("/calls", data={"host": "x"}).status_code == 405


def test_the_last_calls_are_shown_as_text_and_new_ones_join_them() -> None:
    laptop = Laptop()
    laptop.arrive("/first", b'{"note": "<script>"}')
    client = client_of(deployed(), calls=laptop)

    page = client.get("/calls")
    assert "200 nightly POST ops.example.com/first" in text_of(page)
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text
    laptop.arrive("/second", answer="hang")
    joined = client.get("/calls/new?after=1")
    assert "no answer nightly POST ops.example.com/second" in text_of(joined)
    assert "/first" not in joined.text
    assert 'hx-get="/calls/new?after=2"' in joined.text
    assert 'hx-get="/calls/new?after=2"' in client.get("/calls/new?after=2").text
    assert "/first" in client.get("/calls/new?after=x").text


def test_a_person_lets_a_host_fail_and_recover() -> None:
    laptop = Laptop()
    laptop.arrive("/first")
    client = client_of(deployed(), calls=laptop)

    chosen = {"host": "ops.example.com", "failure": "503", "minutes": "10"}
    shown = client.post("/calls", data=chosen)
    assert "ops.example.com answers 503: the proxy retries, until 09:10:00 UTC" in text_of(shown)
    assert "ops.example.com answers 503" in text_of(client.get("/calls/new?after=1"))
    client.post("/calls", data={**chosen, "failure": ""})
    assert laptop.failing() == {}


@pytest.mark.parametrize("changed", [{"host": ""}, {"minutes": "9999"}])
def test_a_switch_without_a_host_or_an_end_is_refused(changed: dict[str, str]) -> None:
    laptop = Laptop()

    answer = client_of(deployed(), calls=laptop).post(
        "/calls", data={"host": "ops.example.com", "failure": "hang", "minutes": "2", **changed}
    )
    assert (answer.status_code, laptop.failing()) == (400, {})


def test_read_only_switches_nothing() -> None:
    laptop = Laptop()
    laptop.arrive("/first")
    client = client_of(deployed(), read_only=True, calls=laptop)

    answer = client.post("/calls", data={"host": "ops.example.com", "failure": "503", "minutes": "2"})
    assert (answer.status_code, laptop.failing()) == (403, {})
    assert "Switch" not in text_of(client.get("/calls"))
