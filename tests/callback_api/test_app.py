from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from callback_api.store import CallStore
from tests.callback_api.server import PATH, Service, running


@pytest.fixture(scope="module", name="database")
def _database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("callback") / "deep" / "calls.sqlite3"


@pytest.fixture(scope="module", name="service")
def _service(database: Path) -> Iterator[Service]:
    with running(database) as service:
        yield service


def kept(database: Path, key: str) -> bytes | None:
    store = CallStore(database)
    call = store.get(key)
    store.close()
    return call.body if call else None


def test_a_call_is_kept_with_what_it_says_of_its_schedule(service: Service, database: Path) -> None:
    headers = {"Idempotency_Key": "v1.first", "X_Schedule_Name": "close", "X_Scheduled_Time": "2027-01-05T08:00:00Z"}

    status, receipt, _ = service.post(b'{"mode":"nightly"}', **headers)

    store = CallStore(database)
    call = store.get("v1.first")
    store.close()
    assert (status, receipt) == (201, {"key": "v1.first", "repeated": False})
    assert call
    assert (call.schedule, call.scheduled_time, call.body) == ("close", "2027-01-05T08:00:00Z", b'{"mode":"nightly"}')


def test_a_repeated_call_is_kept_once(service: Service) -> None:
    before = service.request("GET", "/health")[1]["calls"]

    answers = [service.post(b"{}", Idempotency_Key="v1.repeated")[:2] for _ in range(3)]

    assert [status for status, _ in answers] == [201, 200, 200]
    assert [receipt["repeated"] for _, receipt in answers] == [False, True, True]
    assert service.request("GET", "/health")[1]["calls"] == before + 1


def test_one_of_many_repeats_at_the_same_time_is_the_first(service: Service) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: service.post(b"[1]", Idempotency_Key="v1.race")[0], range(24)))

    assert sorted(answers) == [200] * 23 + [201]


def test_a_key_with_another_body_is_refused_and_the_first_body_stays(service: Service, database: Path) -> None:
    service.post(b"1", Idempotency_Key="v1.other")

    status, problem, content_type = service.post(b"2", Idempotency_Key="v1.other")

    assert (status, problem["type"], content_type) == (422, "idempotency-key-reused", "application/problem+json")
    assert kept(database, "v1.other") == b"1"
    assert service.post(b"1", Idempotency_Key="v1.other")[0] == 200


def test_a_call_without_a_key_is_kept_under_one_of_its_own(service: Service, database: Path) -> None:
    status, receipt, _ = service.post(b"{}")

    assert status == 201
    assert kept(database, receipt["key"]) == b"{}"


@pytest.mark.parametrize("body", [b"", b"0", b"false", b'""', b"[]", b"{}"])
def test_an_empty_or_falsy_body_is_kept_as_it_is(service: Service, database: Path, body: bytes) -> None:
    status, receipt, _ = service.post(body)

    assert status == 201
    assert kept(database, receipt["key"]) == body


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe\x00", b"a=1", b"[" * 1000])
def test_a_body_that_is_not_json_is_a_problem(service: Service, body: bytes) -> None:
    status, problem, content_type = service.post(body)

    assert (status, problem["status"], content_type) == (400, 400, "application/problem+json")
    assert problem["instance"] == PATH


def test_a_body_over_the_limit_is_a_problem_and_one_at_the_limit_is_not(service: Service) -> None:
    assert service.post(b'"' + b"x" * 1022 + b'"')[0] == 201

    status, problem, _ = service.post(b'"' + b"x" * 1023 + b'"')

    assert (status, problem["type"], problem["detail"]) == (413, "body-too-large", "a call has at most 1,024 bytes")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", PATH, 405), ("POST", "/health", 405)]
)
def test_what_is_not_served_is_a_problem(service: Service, method: str, path: str, status: int) -> None:
    answered, problem, content_type = service.request(method, path)

    assert (answered, problem["status"], content_type) == (status, status, "application/problem+json")


def test_a_key_that_is_too_long_is_a_problem_that_names_it(service: Service) -> None:
    status, problem, _ = service.post(b"{}", Idempotency_Key="k" * 256)

    assert status == 422
    assert "header.Idempotency-Key" in problem["detail"]


def test_what_was_kept_outlives_the_service(tmp_path: Path) -> None:
    database = tmp_path / "calls.sqlite3"
    with running(database) as first:
        first.post(b"{}", Idempotency_Key="v1.restart")

    with running(database) as second:
        assert second.post(b"{}", Idempotency_Key="v1.restart")[0] == 200
