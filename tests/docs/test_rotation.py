"""The runbook "Rotate a signing key" of docs/operate.md, by bash, with a stand-in for the `aws` command."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from callback_api.webhook import read_keys
from infra.signing_keys import new_signing_key
from proxy.signing import signature_headers
from tests.docs.page import ROOT, blocks

if TYPE_CHECKING:
    from pathlib import Path

SECTION = (ROOT / "docs" / "operate.md").read_text().partition("## Rotate a signing key")[2].partition("\n## ")[0]
ADD_THE_NEW, DROP_THE_OLD, *_ = (block.text for block in blocks(SECTION) if block.language == "sh")
# A file's text goes into the secret, and comes out of it with a newline, as with the real one.
AWS = """#!/bin/bash
[ "$4" = /schedule-catalog/prod/signing/billing ] || exit 254
case "$2 $5 $6" in
  "put-secret-value --secret-string file:///"*) cat "${6#file://}" > "$SECRET.new" && mv "$SECRET.new" "$SECRET" ;;
  "get-secret-value --query SecretString") cat "$SECRET" ;;
  *) exit 252 ;;
esac
"""


def test_both_keys_sign_between_the_two_commands_and_the_new_one_alone_after_them(tmp_path: Path) -> None:
    secret, aws = tmp_path / "secret", tmp_path / "aws"
    aws.write_text(AWS)
    aws.chmod(0o755)
    old = new_signing_key()
    secret.write_text(old)

    run(ADD_THE_NEW, tmp_path)
    new, kept = secret.read_text().split()
    assert kept == old != new
    headers = signature_headers("billing", secret.read_text(), "v1.x", 1, b"", "catalog")
    assert len(headers["webhook-signature"].split()) == 2
    assert len(read_keys(secret.read_text())) == 2

    run(DROP_THE_OLD, tmp_path)
    assert secret.read_text().split() == [new]


def run(line: str, folder: Path) -> None:
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "SECRET": str(folder / "secret")}
    assert subprocess.run(["bash", "-c", line], env=environment, capture_output=True, check=True).stderr == b""
