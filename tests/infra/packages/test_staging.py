from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from infra.packages import PACKAGES, PackageError, Platform, stage

ROOT = Path(__file__).resolve().parents[3]
EACH = pytest.mark.parametrize("package", PACKAGES)


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mode & 0o777) for file in files}


@pytest.fixture(name="host", scope="module")
def _host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("host")
    for package in PACKAGES:
        stage(package, out, Platform.HOST)
    return out


@EACH
def test_a_package_is_the_same_whatever_the_folder_and_the_umask(package: str, host: Path, tmp_path: Path):
    umask = os.umask(0o077)
    try:
        again = stage(package, tmp_path / "elsewhere", Platform.HOST)
    finally:
        os.umask(umask)

    assert contents(again) == contents(host / package)


@EACH
def test_nothing_of_the_machine_is_in_a_package(package: str, host: Path):
    names = set(contents(host / package))

    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", "/RECORD", "/INSTALLER"))]
    assert not [name for name in names if name.startswith("bin/")]
    assert {mode for _, mode in contents(host / package).values()} == {0o644}


@EACH
def test_the_licences_of_other_people_are_kept(package: str, host: Path):
    installed = [file for name in PACKAGES[package].distributions for file in metadata.files(name) or ()]
    licences = {str(file) for file in installed if file.name.upper().startswith(("LICENSE", "LICENCE"))}

    assert licences
    assert licences <= set(contents(host / package))


@EACH
def test_the_handler_imports_without_any_other_package(package: str, host: Path):
    """boto3 is the one thing that Lambda's runtime adds, and no handler needs it to be imported."""
    handler = {"proxy": "proxy.handler", "callback": "callback_api.lambda_handler"}[package]
    script = f"import sys; sys.path.insert(0, {str(host / package)!r}); import {handler}"
    environment = {"CALLBACK_DATABASE": ":memory:", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-S", "-E", "-c", script], capture_output=True, text=True, env=environment)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_sizes_leave_lambda_room(host: Path):
    sizes = {package: sum(len(data) for data, _ in contents(host / package).values()) for package in PACKAGES}

    assert sizes["proxy"] <= 2_000_000
    assert sizes["callback"] <= 15_000_000


def test_staging_again_replaces_what_was_there(tmp_path: Path):
    (tmp_path / "proxy").mkdir()
    (tmp_path / "proxy" / "stale.py").touch()

    stage("proxy", tmp_path, Platform.HOST)

    assert not (tmp_path / "proxy" / "stale.py").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["proxy"]


def test_a_failure_leaves_the_package_that_was_there(tmp_path: Path):
    before = contents(stage("proxy", tmp_path / "out", Platform.HOST))

    with pytest.raises(PackageError, match="has no Python file"):
        stage("proxy", tmp_path / "out", Platform.HOST, checkout=tmp_path)

    assert contents(tmp_path / "out" / "proxy") == before
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["proxy"]


def wheel(folder: Path) -> str:
    """A wheel that nobody has published, and its hash."""
    folder.mkdir()
    file = folder / "urllib3-9.9.9-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("urllib3/__init__.py", "")
        archive.writestr("urllib3-9.9.9.dist-info/METADATA", "Metadata-Version: 2.1\nName: urllib3\nVersion: 9.9.9\n")
        archive.writestr(
            "urllib3-9.9.9.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("urllib3-9.9.9.dist-info/RECORD", "")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def stage_for_lambda(tmp_path: Path, locked_hash: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, whose uv knows the folder of wheels and no index."""
    checkout = tmp_path / "checkout"
    for module in PACKAGES["proxy"].modules:
        file = checkout / module
        file = file if file.suffix else file / "module.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (checkout / "requirements.lock").write_text(f"urllib3==9.9.9 \\\n    --hash=sha256:{locked_hash}\n")
    script = (
        "import sys; from pathlib import Path; from infra.packages import Platform, stage; "
        "stage('proxy', Path(sys.argv[1]), Platform.LAMBDA, Path(sys.argv[2]))"
    )
    environment = {**os.environ, "UV_NO_INDEX": "1", "UV_FIND_LINKS": str(tmp_path / "wheels"), "UV_NO_CACHE": "1"}
    command = [sys.executable, "-c", script, str(tmp_path / "out"), str(checkout)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)


def test_the_wheels_for_lambda_are_those_of_the_lock(tmp_path: Path):
    done = stage_for_lambda(tmp_path, wheel(tmp_path / "wheels"))

    assert (done.returncode, done.stderr) == (0, "")
    assert list(contents(tmp_path / "out" / "proxy")) == [
        "proxy/module.py",
        "schedule_client/__init__.py",
        "schedule_client/contract/module.py",
        "urllib3/__init__.py",
        "urllib3-9.9.9.dist-info/METADATA",
        "urllib3-9.9.9.dist-info/WHEEL",
    ]


def test_a_wheel_with_another_hash_is_refused(tmp_path: Path):
    wheel(tmp_path / "wheels")

    done = stage_for_lambda(tmp_path, "0" * 64)

    assert done.returncode == 1
    assert 'PackageError: the package "proxy" cannot be staged: ' in done.stderr
    assert "hash" in done.stderr.lower()


def test_the_page_of_the_callback_service_goes_along(host: Path):
    staged = {file.name for file in (host / "callback/callback_api/page/assets").iterdir()}

    assert {"page.html", "page.css", "main.js"} <= staged
