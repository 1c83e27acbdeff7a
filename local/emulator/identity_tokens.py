"""Identity tokens that a target can verify: the emulator signs those of its STS with a secret that is not published.

A stand-in of our own for AWS's issuer, with a key pair for the life of the process. Its tokens have the claims of AWS's
that a target checks; `sub` is the account, since functions have no session of their role on a laptop.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qs

App: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]

ALGORITHM, KEY_ID, CLAIMS = "RS256", "RSA_0", "https://sts.amazonaws.com/"
_TOKEN = re.compile(rb"(?<=<WebIdentityToken>)[^<]*(?=</WebIdentityToken>)")
_JWKS, _CONFIGURATION = "/.well-known/jwks.json", "/.well-known/openid-configuration"
_OK = 200


def sign_identity_tokens(url: str, account: str, region: str) -> None:
    """Sign the tokens of the emulator in this process, and serve the public key below `url`, the emulator's own."""
    import ministack.app as emulator  # pyright: ignore[reportMissingTypeStubs]
    import ministack.services.sts as sts  # pyright: ignore[reportMissingTypeStubs]

    issuer = Issuer(url, account, region)
    handle = cast("Callable[..., Awaitable[tuple[int, Any, bytes]]]", sts.handle_request)  # pyright: ignore[reportUnknownMemberType]

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> tuple[int, Any, bytes]:
        status, answered, content = await handle(method, path, headers, body, query)
        asked = parse_qs(body.decode("utf-8", "replace"))
        if status == _OK and asked.get("Action") == ["GetWebIdentityToken"]:
            content = _TOKEN.sub(issuer.token(asked, int(time.time())).encode(), content)
            answered = {name: text for name, text in answered.items() if name.lower() != "content-length"}
        return status, answered, content

    sts.handle_request = handle_request
    emulator.app = issuer.serving(emulator.app)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


class Issuer:
    """Issuer of one account, with a key pair of its own; `url` has the documents that verifiers read.

    subject: whom its tokens are about; the account by default.
    """

    def __init__(self, url: str, account: str, region: str, subject: str | None = None) -> None:
        self.url, self._account, self._region = url, account, region
        self._subject = subject or f"arn:aws:iam::{account}:root"

    @cached_property
    def key(self) -> Any:
        """Private key of its signatures."""
        from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

        return generate_private_key(public_exponent=65537, key_size=2048)

    def token(self, asked: Mapping[str, list[str]], now: int) -> str:
        """Return the token for the form of a request that the emulator has accepted; `now` in seconds since 1970."""
        import jwt

        audiences = [value for name, (value, *_) in asked.items() if name.startswith("Audience.member.")]
        tags = {
            value: asked[f"{name.removesuffix('.Key')}.Value"][0]
            for name, (value, *_) in asked.items()
            if name.startswith("Tags.member.") and name.endswith(".Key")
        }
        own = {"aws_account": self._account, "source_region": self._region}
        claims = {
            "iss": self.url,
            "aud": audiences if len(audiences) > 1 else audiences[0],
            "sub": self._subject,
            "iat": now,
            "exp": now + int(asked.get("DurationSeconds", ["300"])[0]),
            "jti": str(uuid.uuid4()),
            CLAIMS: own | ({"request_tags": tags} if tags else {}),
        }
        return jwt.encode(claims, self.key, ALGORITHM, headers={"kid": KEY_ID})

    def documents(self) -> dict[str, dict[str, Any]]:
        """Return what verifiers read, by path."""
        from jwt.algorithms import RSAAlgorithm

        key = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        configuration = {
            "issuer": self.url,
            "jwks_uri": f"{self.url}{_JWKS}",
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "subject_types_supported": ["public"],
        }
        return {
            _JWKS: {"keys": [{**key, "kid": KEY_ID, "alg": ALGORITHM, "use": "sig"}]},
            _CONFIGURATION: configuration,
        }

    def serving(self, app: App) -> App:
        """Return an ASGI app that answers for the documents, and for everything else has `app` answer."""

        async def serve(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http" or scope["path"] not in (_JWKS, _CONFIGURATION):
                await app(scope, receive, send)
                return
            body = json.dumps(self.documents()[scope["path"]]).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": _OK, "headers": headers})
            await send({"type": "http.response.body", "body": body})

        return serve
