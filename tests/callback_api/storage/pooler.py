"""A PgBouncer of this machine before a PostgreSQL: each transaction may be another server connection's."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from local.loopback_ports import free_port

SECONDS = 10.0
SOCKET = ".s.PGSQL.5432"
# Fewer connections to the server than the store has to the pooler, so that they have to be shared.
SERVERS = 2
CONFIGURATION = """
[databases]
* = host={host} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {servers}
server_login_retry = 0.2
client_login_timeout = 5
"""


@contextmanager
def pooled(url: str, folder: Path) -> Generator[str]:
    """The URL of the same database by way of a pooler of transactions; the test is skipped if there is none."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("pgbouncer is missing: apt-get install pgbouncer")
    database, port = make_url(url), free_port(0)
    host, file = Path(str(database.query["host"])), folder / "pgbouncer.ini"
    # It refuses to be root, and another user does not reach the folders of root's tests.
    user = host.stat().st_uid if os.geteuid() == 0 else None
    log = folder / "pgbouncer.log"
    with tempfile.TemporaryDirectory() as reachable, log.open("wb") as output, file.open("w+") as configuration:
        Path(reachable).chmod(0o755)
        os.link(host / SOCKET, Path(reachable) / SOCKET)
        configuration.write(CONFIGURATION.format(host=reachable, port=port, servers=SERVERS))
        configuration.flush()
        process = subprocess.Popen(
            [program, f"/dev/fd/{configuration.fileno()}"],
            pass_fds=[configuration.fileno()],
            stdout=output,
            stderr=output,
            user=user,
        )
        try:
            address = f"postgresql://postgres@127.0.0.1:{port}/{database.database}"
            _wait(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            psycopg.connect(address, prepare_threshold=None, connect_timeout=5).close()
        except psycopg.OperationalError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return
