"""Literal credentials: secrets written into a request, where state files, logs and reviewers would see them.

Two signs: a text has the shape of a known token, or its name is like `client_secret` and it looks real.
No message ever quotes the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TypeAlias

from schedule_client.contract.placeholders import PREFIX, template

URL_LOGIN = "a password in a URL"
Shape: TypeAlias = tuple[str, str, str]
# (kind, a piece of text that every such token has, its shape). The search for the piece comes first,
# as it is fast; every repetition in a shape is bounded, so that no text makes the search quadratic.
_SHAPES: tuple[Shape, ...] = (
    ("a private key", "PRIVATE KEY", r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY"),
    ("a JSON Web Token", "eyJ", r"\beyJ[\w-]{8,300}\.eyJ[\w-]{8}"),
    ("an AWS access key", "AKIA", r"\bAKIA[A-Z0-9]{16}\b"),
    ("an AWS access key", "ASIA", r"\bASIA[A-Z0-9]{16}\b"),
    *(("a GitHub token", f"gh{kind}_", rf"\bgh{kind}_[A-Za-z0-9]{{20}}") for kind in "pousr"),
    ("a GitHub token", "github_pat_", r"\bgithub_pat_\w{20}"),
    *(("a GitLab token", f"gl{kind}-", rf"\bgl{kind}-[\w-]{{20}}") for kind in ("pat", "dt", "rt", "ptt", "soat")),
    ("a Slack token", "xox", r"\bxox[abeoprs]-[\w-]{10}"),
    ("a Slack token", "xapp-", r"\bxapp-[\w-]{10}"),
    ("a Slack webhook", "hooks.slack.com/", r"hooks\.slack\.com/(?:services|workflows|triggers)/\w{1,40}/[\w/]{8}"),
    ("a Stripe key", "k_", r"\b[sr]k_(?:live|test)_\w{10}"),
    ("a webhook signing secret", "whsec_", r"\bwhsec_[\w+/=]{16}"),
    ("a Google API key", "AIza", r"\bAIza[\w-]{35}"),
    ("a Google OAuth token", "ya29.", r"\bya29\.[\w-]{20}"),
    ("a Google client secret", "GOCSPX-", r"\bGOCSPX-[\w-]{20}"),
    ("an npm token", "npm_", r"\bnpm_[A-Za-z0-9]{36}"),
    ("a PyPI token", "pypi-", r"\bpypi-AgE[\w-]{40}"),
    ("a SendGrid key", "SG.", r"\bSG\.[\w-]{16,64}\.[\w-]{16}"),
    ("an OpenAI or Anthropic key", "sk-", r"\bsk-(?=[\w-]{0,31}[0-9])(?=[\w-]{0,31}[A-Z])[\w-]{32}"),
    ("a Shopify token", "shp", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ("a DigitalOcean token", "_v1_", r"\bdo[opr]_v1_[0-9a-f]{64}"),
    ("a Hugging Face token", "hf_", r"\bhf_[A-Za-z0-9]{30}"),
    ("an Azure storage key", "AccountKey=", r"AccountKey=[\w+/]{40}"),
    ("a bearer token", "earer ", r"\b[Bb]earer {1,4}(?=[\w.~+/=-]{0,63}[0-9])[\w.~+/=-]{16}"),
    (URL_LOGIN, "://", r"://[^\s/?#:@]{0,128}:(?![$<{%*]|x{1,9}@)[^\s/?#@]{1,512}@"),
)
_PASSWORDS = ("password", "passwd", "passphrase", "pwd", "clientsecret")
_SECRETS = (
    *("secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "authkey", "signingkey", "sharedkey"),
    *("encryptionkey", "credential", "credentials", "authorization", "jwt"),
)
SECRET_WORDS = ("pass", "pwd", "secret", "token", "key", "credential", "authorization", "jwt", "cookie")
"""In lower case: every name that `is_secret_name` accepts contains one of them, in whatever notation."""
# Names that end like a secret's but are positions or IDs.
_HARMLESS = tuple(
    f"{kind}token" for kind in ("next", "page", "pagination", "continuation", "sync", "client", "clientrequest")
)
_STAND_INS = frozenset(
    ("changeme", "password", "secret", "token", "none", "null", "true", "false", "redacted", "required", "optional")
)


SHAPE_PIECES = tuple(dict.fromkeys(piece for _, piece, _ in _SHAPES))
"""Every text with a credential of a known kind contains one of them."""


def likely_shapes(text: str) -> tuple[Shape, ...]:
    """Return the shapes whose piece is in `text`: a quick scan, usually empty, before `token_kind` looks closer."""
    return tuple([shape for shape in _SHAPES if shape[1] in text])


def token_kind(text: str, shapes: Iterable[Shape]) -> str | None:
    """Return the known kind of a credential in `text`, such as "a GitHub token", or None."""
    return next((kind for kind, mark, shape in shapes if mark in text and _compiled(shape).search(text)), None)


def is_secret_name(name: str) -> bool:
    """Return whether a value under `name` is secret: `password`, `X-Api-Key`, `clientSecret`."""
    return _strictness(name) > 0


def looks_real(name: str, text: str) -> bool:
    """Return whether `text`, under the secret-sounding `name`, looks like a credential and not like a word for one.

    Any text can be a password. A token or key is long and mixes characters as words and IDs do not.
    """
    if len(text) < 4 or text.lower() in _STAND_INS or _is_stand_in(text):
        return False
    if _strictness(name) > 1:
        return True
    return len(text) >= 8 and not text.startswith(("http://", "https://", "arn:")) and _is_random(text)


def pairs(text: str) -> list[tuple[str, str]]:
    """Return the `name=value` pairs of a query string or form in `text`."""
    return _pairs().findall(text) if "=" in text else []


def _is_stand_in(text: str) -> bool:
    return PREFIX in text or template(text) is not None or _masked().fullmatch(text) is not None


def _is_random(text: str) -> bool:
    """Whether a piece of `text` mixes letters and digits unlike words, dates and numbers."""
    scheme, _, rest = text.partition(" ")
    if rest and scheme.lower() not in ("bearer", "basic", "token"):
        return False
    pieces = _separators().split(rest or scheme)
    return any(len(piece) >= 6 and _mixed().search(piece) is not None for piece in pieces)


@lru_cache(maxsize=4096)
def _strictness(name: str) -> int:
    """Strictness for a name: 2 for a password, 1 for another secret, 0 for any other name."""
    folded = "".join(character for character in name.lower() if character.isalnum())
    if folded.endswith(_PASSWORDS):
        return 2
    return 1 if folded.endswith(_SECRETS) and not folded.endswith(_HARMLESS) else 0


@cache
def _compiled(shape: str) -> re.Pattern[str]:
    return re.compile(shape)


@cache
def _pairs() -> re.Pattern[str]:
    return re.compile(r"(?:^|[?&;,\s])([A-Za-z0-9_.\-]{2,64})=([^&;,\s]{4,})")


@cache
def _masked() -> re.Pattern[str]:
    return re.compile(
        r"<[^<>]*>|\[[^\[\]]*\]|\(.*\)|[*x.…•-]+|(?:your|my|the|example|dummy|test|fake)[-_ ][a-z_ -]+", re.IGNORECASE
    )


@cache
def _separators() -> re.Pattern[str]:
    return re.compile(r"[-_./:,|=]+")


@cache
def _mixed() -> re.Pattern[str]:
    return re.compile(r"[0-9][A-Za-z]{1,40}[0-9]|[A-Za-z][0-9]{1,40}[A-Za-z]|[A-Za-z]{3}[0-9]{3}|[0-9]{3}[A-Za-z]{3}")
