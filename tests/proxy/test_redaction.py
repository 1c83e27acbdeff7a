from __future__ import annotations

import html
import json
import re
import time
from base64 import b64encode, encodebytes, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.redaction import REDACTED, redacted
from proxy.transport import Reply
from tests.properties import examples

SECRET = "ann:pa\"ss<&>'-w/örd"


@pytest.mark.parametrize(
    "echo",
    [
        SECRET,
        SECRET.partition(":")[2],
        quote(SECRET, safe=""),
        html.escape(SECRET),
        html.escape(SECRET, quote=False),
        json.dumps({"php": SECRET}).replace("/", "\\/"),
        quote(b64encode(SECRET.encode()).decode(), safe=""),
        json.dumps(SECRET),
        json.dumps({"a": [SECRET]}, ensure_ascii=False),
        f"Basic {b64encode(SECRET.encode()).decode()}",
    ],
)
def test_an_answer_that_repeats_the_secret_is_kept_without_it(echo: str) -> None:
    reply = redacted(Reply(500, f"<{echo}>".encode(), echo, True, f"https://a/{echo}"), SECRET + "\n")

    kept = reply.body.decode() + reply.content_type + str(reply.location)
    assert kept.count(REDACTED) == 3
    assert "-w" not in kept
    assert b64encode(SECRET.encode()).decode() not in kept
    assert (reply.status, reply.complete) == (500, True)


@given(st.text(min_size=4).filter(lambda text: len(text.strip()) >= 4), st.binary(), st.binary())
def test_no_secret_of_four_characters_or_more_survives(secret: str, before: bytes, after: bytes) -> None:
    text = secret.strip().encode()
    body = redacted(Reply(200, before + text + after, "", True), secret).body

    assert text not in body.replace(REDACTED.encode(), b"\0" * len(REDACTED))


# How programs spell a text that they repeat.
ENCODERS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "URL": lambda text: quote(text, safe=""),
    "URL, lower case": lambda text: re.sub("%..", lambda found: found[0].lower(), quote(text, safe="")),
    "URL, every byte": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "form": quote_plus,
    "HTML": html.escape,
    "HTML, decimal": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "HTML, hexadecimal": lambda text: "".join(f"&#x{ord(each):04X};" for each in text),
    "HTML, named": lambda text: text.replace("+", "&plus;").replace("/", "&sol;").replace("=", "&equals;"),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, of PHP": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON, in full": lambda text: "".join(f"\\u{unit}" for unit in re.findall("....", text.encode("utf-16-be").hex())),
    "JSON, for HTML": lambda text: re.sub(r"[<>&'+/=]", lambda found: f"\\u{ord(found[0]):04X}", text),
    "JavaScript": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "Rust": lambda text: "".join(f"\\u{{{ord(each):x}}}" for each in text),
    "old browsers": lambda text: "".join(f"%u{unit}" for unit in re.findall("....", text.encode("utf-16-be").hex())),
    "C": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
}
# What leaves nothing of a text as it was: nobody does it twice, and nobody to what is escaped already.
CODES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper case": lambda text: text.upper() if text.isascii() and "\\" not in text else text,
    "Base64": lambda text: b64encode(text.encode()).decode(),
    "Base64, unpadded": lambda text: b64encode(text.encode()).decode().rstrip("="),
    "Base64, for URLs": lambda text: urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "Base64, in lines": lambda text: encodebytes(text.encode() * 3).decode(),
    "hexadecimal": lambda text: text.encode().hex().upper(),
}
# Base64 of more than the secret, at each place within three bytes; it has no spelling of its own to look for.
CONTEXTS = ("", "x", '{"token":"', "Basic ")
SECRETS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Z", "C"], exclude_characters="\\%&"),
    min_size=12,
    max_size=40,
) | st.sampled_from(
    [
        "+/=a_b-c?d e+/==",
        "%41%42%2b&amp;\\u0041",
        "\\n\\t\\\\n+\\x41",
        "&#x41;<&>'\"/\\",
        "ghp_0123456789abcdefABCDEF",
        SECRET,
    ]
)


def left(spelled: str, kept: str, each: int = 1) -> list[str]:
    """What of the secret's own spelling is still there, if it is more than what Base64 leaves at the ends."""
    least = max(24, 6 * each)
    pieces = {spelled[at : at + least] for at in range(len(spelled) - least + 1)}
    return [piece for piece in pieces if piece in kept]


@examples(300)
@given(
    SECRETS,
    st.sampled_from(sorted(CODES)),
    st.lists(st.sampled_from(sorted(ENCODERS)), min_size=1, max_size=3),
    st.booleans(),
)
def test_no_spelling_of_the_secret_survives(secret: str, code: str, encoders: list[str], cut: bool) -> None:
    coded = CODES[code](secret)
    spelled, telling = coded, coded.rstrip("=")  # the padding of Base64 tells nothing
    for name in encoders:
        spelled, telling = ENCODERS[name](spelled), ENCODERS[name](telling)
    body = f"~~~~~~~~~~{spelled}".encode() + (b"" if cut else b"~~~~~~~~~~")

    reply = redacted(Reply(500, body, f"a/b; {spelled}", True, f"https://a/{spelled}"), secret)

    for kept in (reply.body.decode(), reply.content_type, str(reply.location)):
        assert left(telling, kept.replace(spelled[len(telling) :], ""), -(-len(telling) // len(coded))) == []


@given(SECRETS, st.sampled_from(CONTEXTS), st.sampled_from(sorted(ENCODERS)), st.booleans())
def test_no_base64_of_a_text_with_the_secret_in_it_survives(secret: str, before: str, encoder: str, url: bool) -> None:
    encode = urlsafe_b64encode if url else b64encode
    spelled = ENCODERS[encoder](encode(f"{before}{secret}~~".encode()).decode())

    kept = redacted(Reply(500, spelled.encode(), "", True), secret).body.decode()

    assert REDACTED in kept
    assert len(left(spelled, kept)) < len(spelled) / 2


@given(SECRETS, st.sampled_from(sorted(ENCODERS)), st.data())
def test_a_secret_that_is_cut_by_the_end_of_the_answer_is_not_shown(
    secret: str, name: str, data: st.DataObject
) -> None:
    spelled = ENCODERS[name](secret)
    end = data.draw(st.integers(1, len(spelled)))

    kept = redacted(Reply(500, f"~~{spelled[:end]}".encode(), "", False), secret).body.decode()

    assert left(spelled, kept.replace("~", "")) == [] or len(kept) < 40


def test_an_answer_full_of_escapes_takes_little_time() -> None:
    begun = time.process_time()
    redacted(Reply(500, b"%2525" * 13_000, "", True), SECRET)

    assert time.process_time() - begun < 2.0


def test_an_answer_to_a_call_without_a_secret_is_kept_as_it_is() -> None:
    reply = Reply(200, b"plain", "text/plain", True)

    assert redacted(reply, None) is reply
