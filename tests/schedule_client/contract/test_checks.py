from __future__ import annotations

import base64
import random
import string
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_client.contract.checks import request_findings

if TYPE_CHECKING:
    from schedule_client.contract.finding import Finding

SECRET = "s3cr3tValue" + "42x" * 4
# Put together here, so that no file of this project holds the shape of a credential.
TOKENS = {
    "JSON Web Token": ".".join(
        base64.urlsafe_b64encode(part).decode().rstrip("=")
        for part in (b'{"alg":"HS256"}', b'{"sub":"1234"}', b"signature")
    ),
    "AWS access key": "AK" + "IA" + "Q3EGTKZ7R5WXLMNB",
    "temporary AWS access key": "AS" + "IA" + "Q3EGTKZ7R5WXLMNB",
    "GitHub token": "gh" + "p_" + "aB3" * 12,
    "GitHub fine-grained": "github_" + "pat_" + "aB3_" * 10,
    "GitLab token": "gl" + "pat-" + "aB3-" * 6,
    "Slack token": "xo" + "xb-" + "1234567890-abcdef",
    "Stripe key": "sk" + "_live_" + "aB3" * 8,
    "Google API key": "AI" + "za" + "aB3_x" * 7,
    "webhook signing secret": "wh" + "sec_" + "aB3+" * 8,
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "password in a URL": "postgres://shop:" + SECRET + "@db.example.com/shop",
    "bearer token": "Bearer " + SECRET,
}


def findings(**request: Any) -> list[Finding]:
    return list(request_findings(request))


def rules(**request: Any) -> list[tuple[tuple[str | int, ...], str]]:
    return [(finding.pointer, finding.rule) for finding in findings(**request)]


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("where", ["header", "param", "list", "body", "text", "key"])
def test_a_known_credential_is_found_wherever_it_stands_and_never_shown(token: str, where: str) -> None:
    request: dict[str, Any] = {
        "header": {"headers": {"X-Note": token}},
        "param": {"params": {"q": token}},
        "list": {"params": {"q": [1, token]}},
        "body": {"body": {"a": [{"b": token}]}},
        "text": {"body": f"before {token} after"},
        "key": {"body": {token: 1}},
    }[where]

    found = [finding for finding in findings(**request) if finding.rule == "credential"]

    assert len(found) == 1
    assert found[0].on_key == (where == "key")
    assert token not in found[0].message
    assert SECRET not in found[0].message


@pytest.mark.parametrize(
    ("request_", "pointer"),
    [
        ({"headers": {"Authorization": "anything"}}, ("headers", "Authorization")),
        ({"headers": {"authorization": "Bearer ${TOKEN}"}}, ("headers", "authorization")),
        ({"headers": {"Authorization": TOKENS["bearer token"]}}, ("headers", "Authorization")),
        ({"body": {"password": "mypassword"}}, ("body", "password")),
        ({"body": {"x\ny_password": "hunter2"}}, ("body", "x\ny_password")),
        ({"headers": {"cookie": "a=b"}}, ("headers", "cookie")),
        ({"headers": {"X-Api-Key": SECRET}}, ("headers", "X-Api-Key")),
        ({"headers": {"X-Auth-Token": SECRET}}, ("headers", "X-Auth-Token")),
        ({"params": {"api_key": SECRET}}, ("params", "api_key")),
        ({"params": {"access_token": ["x", SECRET]}}, ("params", "access_token", 1)),
        ({"body": {"password": "hunter2"}}, ("body", "password")),
        ({"body": {"db": {"dbPassword": "correct horse battery"}}}, ("body", "db", "dbPassword")),
        ({"body": {"client_secret": "abcdef-ghijkl"}}, ("body", "client_secret")),
        ({"body": {"apiKey": SECRET}}, ("body", "apiKey")),
        ({"body": {"tokens": [{"refresh-token": SECRET}]}}, ("body", "tokens", 0, "refresh-token")),
        ({"body": f"grant_type=x&client_secret={SECRET}"}, ("body",)),
        ({"url": f"https://a.example/?a=1&api_key={SECRET}"}, ("url",)),
        ({"path": f"/a?token={SECRET}"}, ("path",)),
        ({"url": f"https://shop:{SECRET}@a.example/"}, ("url",)),
        ({"auth": {"type": "bearer", "secret": TOKENS["GitHub token"]}}, ("auth", "secret")),
    ],
)
def test_a_literal_credential_is_found_by_its_name_and_never_shown(
    request_: dict[str, Any], pointer: tuple[Any, ...]
) -> None:
    (finding,) = findings(**request_)

    assert (finding.pointer, finding.rule) == (pointer, "credential")
    assert "auth" in finding.message or "name it" in finding.message
    assert finding.message.isprintable()
    assert not any(secret in finding.message for secret in (SECRET, "hunter2", "correct horse", "abcdef-"))


@pytest.mark.parametrize(
    "request_",
    [
        {"body": {"token": "billing-token", "secret": "billing/webhook-signing", "api_key": "primary"}},
        {"body": {"next_token": SECRET, "pageToken": SECRET, "clientToken": SECRET}},
        {
            "body": {
                "token_type": SECRET,
                "password_policy": "strict-2027",
                "tokens": 512,
                "secretary": "Ms. Smith42abc",
            }
        },
        {"body": {"password": None, "reset_password": True, "api_key": 7, "token": ""}},
        {"body": {"password": "<password>", "token": "****", "secret": "changeme"}},
        {"body": {"token": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-abc123"}},
        {"body": {"authorization": "https://login.example.com/oauth2/v2.0/authorize"}},
        {"body": {"day": "<aws.scheduler.scheduled-time>", "token": "<aws.scheduler.schedule-arn>"}},
        {"body": "mail ops@example.com about https://status.example.com:8443/a@b"},
        {"body": {"sha": "9f86d081884c7d659a2feaa0c55ad015", "id": "123e4567-e89b-12d3-a456-426614174000"}},
        {"body": {"text": "high gloss, glpat- and ghp_ are prefixes, sk-ip this, AKIA is one too"}},
        {"headers": {"Accept": "application/json", "X-Team": "billing", "If-Match": '"abc123"'}},
        {"params": {"q": "a=b", "sort": "-created_at", "expr": "100% of $5 {x}"}},
        {"body": {"template": "Dear {{ name }}, ${amount} is due"}},
        {"auth": {"type": "header", "name": "X-Api-Key", "secret": "ssm:billing/api_key-2"}},
        {"url": "https://a.example/token/abc?state=x1y2z3", "method": "GET"},
        {"body": {"a": [1, 2.5, None, True, [], {}]}, "method": "POST"},
        {},
    ],
)
def test_words_names_and_ids_are_no_credentials(request_: dict[str, Any]) -> None:
    assert findings(**request_) == []


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Host": "a"}, "url"),
        ({"content-length": "1"}, "body"),
        ({"Transfer-Encoding": "chunked"}, "body"),
        ({"Connection": "close"}, "connection"),
        ({"TE": "trailers"}, "connection"),
        ({"Upgrade": "h2c"}, "connection"),
        ({"Proxy-Authorization": "a"}, "connection"),
        ({"Idempotency-Key": "a"}, "run key"),
        ({"Webhook-Id": "a"}, "Standard Webhooks"),
        ({"webhook-signature": "a"}, "Standard Webhooks"),
        ({"X-Schedule-Name": "a"}, "every call"),
        ({"x-scheduled-time": "a"}, "every call"),
        ({"Traceparent": "a"}, "each attempt"),
        ({"X A": "a"}, "RFC 9110"),
        ({"X-Ä": "a"}, "RFC 9110"),
        ({"": "a"}, "RFC 9110"),
        ({"X\r\nY": "a"}, "RFC 9110"),
        ({"X-A": "a", "x-a": "b"}, "twice"),
    ],
)
def test_a_header_that_may_not_be_set_says_why_at_its_key(headers: dict[str, str], words: str) -> None:
    (finding,) = findings(headers=headers)

    assert (finding.rule, finding.on_key, finding.pointer) == ("header", True, ("headers", list(headers)[-1]))
    assert words in finding.message
    assert finding.message.isprintable()


@pytest.mark.parametrize(
    "value", ["a\nb", "a\r\nX: y", "a\0", "ü", " hidden", "hidden ", "a\x7f", "\x1b[0m", "x" * 8193]
)
def test_a_header_value_is_one_visible_line(value: str) -> None:
    (finding,) = findings(headers={"X-A": value})

    assert (finding.rule, finding.on_key, finding.pointer) == ("header", False, ("headers", "X-A"))
    assert value not in finding.message


def test_the_header_of_auth_is_checked_like_any_other() -> None:
    auth = {"type": "header", "name": "Host", "secret": "a"}

    assert rules(auth=auth) == [(("auth", "name"), "header")]
    assert rules(auth={**auth, "name": "X-Key"}, headers={"x-key": "a"}) == [(("auth", "name"), "header")]


@pytest.mark.parametrize(
    "text", ["<aws.scheduler.scheduled-time>", "on <aws.scheduler.schedule-arn> at <aws.scheduler.scheduled-time>"]
)
def test_the_two_keywords_may_stand_in_body_params_and_header_values(text: str) -> None:
    assert findings(headers={"X-A": text}, params={"a": [text]}, body={"a": [text], text: 1}) == []
    assert findings(form={"a": [text]}) == findings(text=text) == []
    assert set(rules(form={text: 1})) == {(("form", text), "placeholder")}


@pytest.mark.parametrize(
    ("request_", "pointer", "on_key"),
    [
        ({"url": "https://a.example/<aws.scheduler.scheduled-time>"}, ("url",), False),
        ({"path": "/<aws.scheduler.scheduled-time>"}, ("path",), False),
        ({"params": {"<aws.scheduler.scheduled-time>": 1}}, ("params", "<aws.scheduler.scheduled-time>"), True),
        ({"auth": {"type": "bearer", "secret": "<aws.scheduler.schedule-arn>"}}, ("auth", "secret"), False),
        ({"body": "<aws.scheduler.execution-id>"}, ("body",), False),
        ({"body": {"a": "<aws.scheduler.scheduled_time>"}}, ("body", "a"), False),
        ({"body": "<aws.scheduler."}, ("body",), False),
        ({"headers": {"X-A": "<aws.scheduler.attempt-number>"}}, ("headers", "X-A"), False),
    ],
)
def test_every_other_keyword_or_place_is_a_mistake(
    request_: dict[str, Any], pointer: tuple[Any, ...], on_key: bool
) -> None:
    (finding,) = findings(**request_)

    assert (finding.pointer, finding.rule, finding.on_key) == (pointer, "placeholder", on_key)


@pytest.mark.parametrize(
    "text", ["${TOKEN}", "{{ token }}", "$API_TOKEN", "%API_TOKEN%", "#{token}", "${{ secrets.TOKEN }}"]
)
def test_hoping_for_a_template_gets_its_own_word(text: str) -> None:
    for request in ({"headers": {"X-A": text}}, {"params": {"a": text}}, {"body": {"password": text}}):
        (finding,) = findings(**request)

        assert finding.rule == "placeholder"
        assert "templates are not supported" in finding.message


def test_a_request_has_one_body() -> None:
    assert rules(body={}, form={}, text="a") == [(("form",), "body"), (("text",), "body")]
    assert rules(method="GET", form={"a": 1}) == [(("form",), "body")]
    assert rules(body=None, form={"a": [1, "b"]}) == rules(text="a") == []


@pytest.mark.parametrize(
    ("content_type", "request_", "instead"),
    [
        ("application/x-www-form-urlencoded", {"body": {"a": 1}}, '"form"'),
        ("Application/X-WWW-Form-Urlencoded; charset=utf-8", {"body": {"a": 1}}, '"form"'),
        ("application/x-www-form-urlencoded", {"body": [1]}, '"text"'),
        ("application/x-ndjson", {"body": [{"a": 1}]}, '"text"'),
        ("text/xml", {"body": {"a": 1}}, '"text"'),
        ("text/plain", {"body": 7}, '"text"'),
        ("application/json", {"form": {"a": 1}}, '"text"'),
        ("multipart/form-data", {"form": {"a": 1}}, '"text"'),
    ],
)
def test_a_content_type_that_does_not_fit_names_the_body_to_write(
    content_type: str, request_: dict[str, Any], instead: str
) -> None:
    (found,) = findings(headers={"content-TYPE": content_type}, **request_)

    assert (found.rule, found.pointer, found.on_key) == ("body-type", tuple(request_), True)
    assert f"write {instead}" in found.message


@pytest.mark.parametrize(
    ("content_type", "request_"),
    [
        ("application/x-www-form-urlencoded", {"body": "a=1&b=2"}),
        ("application/x-www-form-urlencoded; charset=utf-8", {"form": {"a": 1}}),
        ("application/x-ndjson", {"text": "{}\n{}"}),
        ("application/json", {"text": "1.0"}),
        ("application/vnd.api+json", {"body": {"a": 1}}),
    ],
)
def test_a_content_type_that_fits_is_passed_over(content_type: str, request_: dict[str, Any]) -> None:
    assert findings(headers={"Content-Type": content_type}, **request_) == []


def test_a_form_and_a_text_contain_no_credential_and_no_template() -> None:
    assert rules(form={"client_secret": SECRET}) == [(("form", "client_secret"), "credential")]
    assert rules(form={"day": "${DAY}"}) == [(("form", "day"), "placeholder")]
    assert rules(text=f"grant_type=x&client_secret={SECRET}") == [(("text",), "credential")]
    assert rules(text="Dear {{ name }}") == []


def test_a_get_has_no_body() -> None:
    assert rules(method="GET", body={}) == rules(method="HEAD", body=0) == [(("body",), "body")]
    assert rules(method="GET", body=None) == rules(method="DELETE", body={}) == []


@pytest.mark.parametrize("request_", [{"url": "https://a b"}, {"path": "a"}, {"path": "/../a"}])
def test_an_address_that_cannot_be_called_is_a_mistake(request_: dict[str, str]) -> None:
    assert rules(**request_) == [((next(iter(request_)),), "url")]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["url", "path", "method", "headers", "params", "body", "auth"]), JSON))
def test_no_request_however_malformed_makes_a_check_raise(request_: dict[str, Any]) -> None:
    for finding in request_findings(request_):
        assert finding.message
        assert "\n" not in finding.message


def test_depth_is_no_danger() -> None:
    body: Any = TOKENS["GitHub token"]
    for _ in range(5_000):
        body = [body]

    assert [finding.rule for finding in findings(body=body)] == ["credential"]


@pytest.mark.parametrize(
    "piece", ["eyJ-", "a.://", "a1b2", "ghp_", "Bearer ", "x=y&", "{{", "$A", "1a", "sk-", "<aws.scheduler"]
)
def test_no_text_makes_the_search_quadratic(piece: str) -> None:
    """A quadratic search of so long a text would run into the suite's time limit."""
    text = piece * (190_000 // len(piece))

    list(request_findings({"body": {"token": text, "password": text, "x": text}, "params": {"a": text}}))


def test_hardly_a_random_token_under_a_secret_name_is_missed() -> None:
    source = random.Random(7)
    alphabet = string.ascii_letters + string.digits
    texts = ["".join(source.choices(alphabet, k=32)) for _ in range(300)]

    missed = [text for text in texts if not findings(body={"api_key": text})]

    assert len(missed) < 4
