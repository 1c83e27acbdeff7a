from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from callback_api.database import Database

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from callback_api.app import create_app
from callback_api.settings import Settings
create_app(Settings.read(None, database_url=sys.argv[1], open=True))
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"sqlalchemy", "alembic", "boto3"}))
"""


@pytest.mark.parametrize(
    ("url", "imported"), [("sqlite:///tasks", ["alembic", "sqlalchemy"]), ("dynamodb:tasks", ["boto3"])]
)
def test_a_store_imports_what_it_needs_and_nothing_of_the_others(url: str, imported: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, url],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        env={"AWS_DEFAULT_REGION": "eu-central-1"},
    )

    assert ran.stdout.split() == imported


def test_a_file_of_sqlite_may_be_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'deep' / 'tasks.sqlite'}")
    database.migrate()
    database.store.ready()
    database.store.close()
