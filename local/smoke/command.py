"""`python -m local smoke`: deploy a throw-away stack to the account at hand, look, and delete it."""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.options import CHECKOUT
from local.smoke.aws_site import AwsSite
from local.smoke.errors import FailedError
from local.smoke.pulumi_cli import PulumiCli
from local.smoke.run import run
from local.smoke.session import SmokeSession
from local.smoke.stack import SmokeStack
from local.smoke.step import Seen, SmokeVerdict
from local.smoke.steps import STEPS
from schedule_catalog.cli.line.parser import CommandLine
from schedule_catalog.cli.output import complain, say

EXIT_FAILED, EXIT_DECLINED = 1, 2
_FILE = "smoke.json"


def smoke(arguments: Sequence[str]) -> int:
    """Look at a new stack, or with --clean delete those of runs that were ended; 0 when nothing failed."""
    options = _parser().parse_args(arguments)
    try:
        return _clean(options.state) if options.clean else _look(options)
    except (BotoCoreError, ClientError) as error:
        complain(f"error: AWS does not say which account this is: {error}; name a profile with --profile")
        return EXIT_DECLINED


def _parser() -> argparse.ArgumentParser:
    parser = CommandLine(
        prog="python -m local smoke",
        description="Deploy a throw-away stack to an AWS account, see what AWS really does with it, and delete it.",
    )
    parser.add_argument("--profile", metavar="NAME", help="AWS profile; by default the environment's credentials")
    parser.add_argument("--region", metavar="NAME", help="AWS region; by default the profile's")
    parser.add_argument("--role", metavar="ARN", help="deploy role; by default Pulumi uses the same credentials")
    parser.add_argument("--kms-key", metavar="ARN", help="customer managed key to deploy with as well")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--clean", action="store_true", help="delete what ended runs have left")
    parser.add_argument("--state", type=Path, default=CHECKOUT / ".smoke", metavar="DIR", help="(.smoke)")
    return parser


def _look(options: argparse.Namespace) -> int:
    session = SmokeSession(options.profile, options.region)
    if not session.region:
        complain("error: no AWS region is set: name one with --region")
        return EXIT_DECLINED
    if shutil.which("pulumi") is None:
        complain("error: there is no pulumi on PATH: https://www.pulumi.com/docs/iac/download-install/")
        return EXIT_DECLINED
    name = f"smoke-{secrets.token_hex(3)}"
    say(f"{name} in account {session.account}, {session.region}: about two hours, and less than one US dollar")
    if not options.yes and not _agreed():
        return EXIT_DECLINED
    folder: Path = options.state / name
    folder.mkdir(parents=True, mode=0o700)
    known = {"account": session.account, "region": session.region, "profile": options.profile, "role": options.role}
    (folder / _FILE).write_text(json.dumps(known))
    seen = run(SmokeStack(name, _site(folder, session, options.role), options.kms_key), STEPS, _tell)
    failed = [each for each in seen if each.verdict is SmokeVerdict.FAIL]
    if seen[-1].verdict is SmokeVerdict.PASS or len(seen) == 1:
        shutil.rmtree(folder)
    else:
        complain(f"what is left of {name} is in {folder}: make smoke-clean deletes it")
    return EXIT_FAILED if failed else 0


def _clean(state: Path) -> int:
    """Destroy the stack of every folder, in the account that it was made in, and in no other."""
    failed = False
    for file in sorted(state.glob(f"*/{_FILE}")):
        known = json.loads(file.read_text())
        session = SmokeSession(known["profile"], known["region"])
        try:
            if session.account != known["account"]:
                raise FailedError(f"it is in account {known['account']}, and the credentials are of {session.account}")
            _site(file.parent, session, known["role"]).destroy()
        except FailedError as error:
            complain(f"{file.parent.name}: {error}")
            failed = True
            continue
        shutil.rmtree(file.parent)
        say(f"{file.parent.name}: deleted")
    return EXIT_FAILED if failed else 0


def _site(folder: Path, session: SmokeSession, role: str | None) -> AwsSite:
    return AwsSite(folder.name, folder, session, PulumiCli(folder, folder.name, lambda: session.environment(role)))


def _agreed() -> bool:
    sys.stdout.write("deploy it there? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _tell(seen: Seen) -> None:
    say(f"{seen.verdict}  {seen.step:<18} {seen.saw} ({seen.seconds:.0f} s)")
    sys.stdout.flush()
