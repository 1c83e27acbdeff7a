"""`python -m callback_api`: serve, migrate the schema, create and revoke API tokens."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from callback_api.access import checked_user
from callback_api.database import Database
from callback_api.errors import SettingsError, StoreError
from callback_api.log import write_lines
from callback_api.settings import Settings, StoreSettings
from callback_api.task import TokenOwner
from callback_api.tokens import digest, new_token
from schedule_client.contract.times import utc_now

if TYPE_CHECKING:
    from callback_api.storage import TaskStore

# Longer than a handler may take, so that calls in progress get their response.
GRACEFUL_SECONDS = 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 2 for settings or a store that cannot be used."""
    options = _parser().parse_args(arguments)
    for name, value in dotenv_values(".env").items():
        if name.startswith("AWS_") and value is not None:  # boto3 only reads the environment
            os.environ.setdefault(name, value)
    try:
        return options.run(options)
    except (SettingsError, StoreError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _serve(options: argparse.Namespace) -> int:
    import uvicorn

    from callback_api.app import create_app

    settings = Settings.read()
    write_lines(settings.log_level)
    app = create_app(settings)
    # The service logs events; the server only logs its own failures.
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    return 0


def _migrate(_: argparse.Namespace) -> int:
    database = _database(StoreSettings.read())
    try:
        for sentence in database.migrate():
            sys.stdout.write(f"{sentence}\n")
    finally:
        database.close()
    return 0


def _add_token(options: argparse.Namespace) -> int:
    owner = TokenOwner(checked_user(options.user), options.admin, options.label)
    token = new_token()
    _with_store(lambda store: store.add_token(digest(token), owner, utc_now()))
    sys.stdout.write(f"{token}\n")
    sys.stderr.write("this token is not shown again\n")
    return 0


def _revoke_token(options: argparse.Namespace) -> int:
    token = options.token or sys.stdin.readline().strip()
    if not _with_store(lambda store: store.revoke_token(digest(token))):
        sys.stderr.write("no such token\n")
        return 1
    return 0


def _database(settings: StoreSettings) -> Database:
    return Database(settings.database_url, settings.table_prefix)


def _with_store(do: Callable[[TaskStore], bool | None]) -> bool | None:
    store = _database(StoreSettings.read()).store
    try:
        store.ready()
        return do(store)
    finally:
        store.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m callback_api", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="answer requests until SIGTERM")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=_serve)
    commands.add_parser("migrate", help="bring the database's schema up to date").set_defaults(run=_migrate)
    tokens = commands.add_parser("token", help="API tokens").add_subparsers(required=True, metavar="COMMAND")
    add = tokens.add_parser("add", help="create a token, and print it once")
    add.add_argument("user", help="user of the token")
    add.add_argument("--admin", action="store_true", help="may see, cancel and retry the tasks of all users")
    add.add_argument("--label", default="", help="purpose of the token")
    add.set_defaults(run=_add_token)
    revoke = tokens.add_parser("revoke", help="revoke a token")
    revoke.add_argument("token", nargs="?", help="read from standard input if omitted")
    revoke.set_defaults(run=_revoke_token)
    return parser


if __name__ == "__main__":
    sys.exit(main())
