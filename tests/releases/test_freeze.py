from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

from tests.releases.freeze import PROGRAM, freeze


def test_a_release_is_kept_as_its_tag_has_it_and_not_as_the_work_tree_is(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    for name in ("callback_api", "infra", "proxy", "schedule_catalog", "schedule_client", "schemas"):
        (repository / name).mkdir(parents=True)
        (repository / name / "module.py").write_text(name)
    for name in ("__main__.py", "requirements.lock"):
        (repository / name).write_text("of the release")
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for command in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "one"), ("tag", "v0.2.0")):
        subprocess.run(["git", *command], cwd=repository, check=True)
    (repository / "proxy" / "module.py").write_text("of later")

    kept = freeze("v0.2.0", repository, tmp_path)

    assert kept.name == "0.2.0"
    assert (kept / "proxy" / "module.py").read_text() == "proxy"
    with tarfile.open(kept / "program.tar.gz") as packed:
        assert {name.split("/")[0] for name in packed.getnames()} == {*PROGRAM, "schemas"}
