from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from email.parser import Parser
from importlib import metadata
from pathlib import Path

import pytest

from infra.packages import PACKAGES, PackageError, Platform, stage
from schedule_client.contract.proxy_settings import SETTINGS_FILE, ProxySettings

ROOT = Path(__file__).resolve().parents[3]
EACH = pytest.mark.parametrize("package", PACKAGES)


LICENCES = ("LICENSE", "LICENCE", "COPYING", "NOTICE")
# Two machines that agree on nothing that ought not to matter.
HERE = {"LC_ALL": "C", "TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "1"}
THERE = {"LC_ALL": "C.UTF-8", "TZ": "Asia/Seoul", "SOURCE_DATE_EPOCH": "86400", "PYTHONHASHSEED": "2"}


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mode & 0o777) for file in files}


def pulumi_hash(folder: Path) -> str:
    """What Pulumi hashes of a FileArchive: a tar of the files, folder by folder, without times or modes of their own.

    Equal, for both packages, to what the engine (3.259) wrote into its state.
    """
    total = hashlib.sha256()
    for name, (content, _) in sorted(contents(folder).items(), key=lambda file: file[0].split("/")):
        total.update(tar_header(name, len(content)) + content + bytes(-len(content) % 512))
    total.update(bytes(1024))
    return total.hexdigest()


def tar_header(name: str, size: int) -> bytes:
    """A header as Go's archive/tar writes it: ustar, mode 0600, nobody's, of 1970."""
    assert len(name.encode()) <= 100, f"{name} would be written in two parts"
    before = struct.pack(
        "100s8s8s8s12s12s", name.encode(), b"%07o" % 0o600, b"%07o" % 0, b"%07o" % 0, b"%011o" % size, b"0" * 11
    )
    after = struct.pack("c100s8s64s8s8s167x", b"0", b"", b"ustar\x0000", b"", b"%07o" % 0, b"%07o" % 0)
    return before + b"%06o\0 " % (sum(before) + 8 * ord(" ") + sum(after)) + after


def checked_out(folder: Path) -> Path:
    """A checkout elsewhere: what staging reads of this one."""
    for part in ("infra", "proxy", "callback_api", "schedule_client"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", folder)
    return folder


def littered(checkout: Path) -> Path:
    """The same, as work and other tools leave a checkout behind."""
    (checkout / "proxy" / "__pycache__").mkdir()
    (checkout / "proxy" / "__pycache__" / "call.cpython-313.pyc").write_bytes(b"bytecode")
    (checkout / "callback_api" / "page" / "assets" / ".DS_Store").write_bytes(b"folder")
    (checkout / "proxy" / ".call.py.swp").write_bytes(b"editor")
    for path in checkout.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    return checkout


def staging(checkout: Path, platform: Platform, umask: int, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    script = (
        "import sys; from pathlib import Path; from infra.packages import PACKAGES, Platform, stage\n"
        "for each in PACKAGES: stage(each, Path(sys.argv[1]), Platform(sys.argv[2]))"
    )
    command = [sys.executable, "-c", script, str(checkout / "out"), platform]
    passed = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"UV_HTTP_RETRIES": "0"}
    return subprocess.Popen(
        command, cwd=checkout, env={**passed, **environment}, umask=umask, stderr=subprocess.PIPE, text=True
    )


def staged_twice(folder: Path, platform: Platform) -> tuple[Path, Path]:
    first, second = checked_out(folder / "here"), littered(checked_out(folder / "over there, für später"))
    builds = [staging(first, platform, 0o022, HERE), staging(second, platform, 0o077, THERE)]
    said = [build.communicate()[1] for build in builds]
    if platform is Platform.LAMBDA and any("Failed to fetch" in each for each in said):
        pytest.skip("there is no package index, and uv's cache has not the wheels for Lambda")
    assert ([build.returncode for build in builds], said) == ([0, 0], ["", ""])
    return first / "out", second / "out"


@pytest.fixture(name="twice", scope="module", params=list(Platform))
def _twice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Every package for a platform, staged by two checkouts; uv downloads what its cache has not."""
    return staged_twice(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(name="host", scope="module")
def _host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("host")
    for package in PACKAGES:
        stage(package, out, Platform.HOST)
    return out


@EACH
def test_two_checkouts_stage_the_same_byte_for_byte(package: str, twice: tuple[Path, Path]):
    first, second = (out / package for out in twice)

    assert contents(first) == contents(second)
    assert pulumi_hash(first) == pulumi_hash(second)
    assert {path.stat().st_mode & 0o777 for out in (first, second) for path in out.rglob("*") if path.is_dir()} == {
        0o755
    }


def test_the_hash_of_a_package_sees_a_name_and_a_byte(tmp_path: Path):
    hashes = set[str]()
    for name, text in (("a", "1"), ("b", "1"), ("a", "2"), ("a/b", "1")):
        folder = tmp_path / str(len(hashes))
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
        hashes.add(pulumi_hash(folder))

    assert len(hashes) == 4


@EACH
def test_nothing_of_the_machine_is_in_a_package(package: str, twice: tuple[Path, Path]):
    staged = contents(twice[0] / package)

    assert not [name for name in staged if "__pycache__" in name or name.endswith((".pyc", "/RECORD", "/INSTALLER"))]
    assert not [name for name in staged if name.startswith("bin/") or "/." in name]
    assert {mode for _, mode in staged.values()} == {0o644}


@EACH
def test_the_licence_of_every_distribution_is_kept(package: str, twice: tuple[Path, Path]):
    staged = contents(twice[0] / package)
    records = {name: content.decode() for name, (content, _) in staged.items() if name.endswith(".dist-info/METADATA")}
    kept = {
        Parser().parsestr(text)["Name"].lower().replace("_", "-"): [
            name for name in staged if name.startswith(f"{Path(record).parent}/") and is_licence(name)
        ]
        for record, text in records.items()
    }

    assert set(kept) == set(PACKAGES[package].distributions)
    assert [name for name, files in kept.items() if not files] == []
    named = [
        f"{Path(record).parent}/licenses/{file}"
        for record, text in records.items()
        for file in Parser().parsestr(text).get_all("License-File", [])
    ]
    assert [file for file in named if file not in staged] == []


def is_licence(name: str) -> bool:
    return Path(name).name.upper().startswith(LICENCES)


@EACH
def test_what_is_installed_with_a_licence_is_staged_with_it(package: str, host: Path):
    installed = [str(file) for name in PACKAGES[package].distributions for file in metadata.files(name) or ()]

    assert {name for name in installed if is_licence(name)} <= set(contents(host / package))


# What Lambda's runtime has beside our packages: boto3 and what it brings along, but for urllib3, which we bring.
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py")
IMPORTS = """
import importlib, json, pkgutil, sys
folder, runtime = sys.argv[1:3]
standard = list(sys.path)
sys.path[:0] = [folder, runtime]
for name in sys.argv[3:]:
    importlib.import_module(name)
    for module in pkgutil.walk_packages(sys.modules[name].__path__, f"{name}."):
        importlib.import_module(module.name)
known = (folder, runtime, *standard)
files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
foreign = [name for name, file in files.items() if file and not file.startswith(known)]
print(json.dumps([foreign, sys.path == [folder, runtime, *standard]]))
"""


# What the proxy's entry point reads when it is imported, beside its settings.
ENVIRONMENT = {"PROJECT": "shop", "STACK": "dev", "RETRY_QUEUE_URL": "retry", "UNDELIVERED_QUEUE_URL": "undelivered"}


def deployed(package: str, host: Path, folder: Path) -> Path:
    """The package as the program deploys it."""
    code = Path(shutil.copytree(host / package, folder / package))
    (code / SETTINGS_FILE).write_text(ProxySettings().to_json())
    return code


@EACH
def test_every_module_imports_with_nothing_but_the_runtimes_boto3_beside_it(package: str, host: Path, tmp_path: Path):
    site = Path(str(metadata.distribution("boto3").locate_file("")))
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    for name in RUNTIME:
        (runtime / name).symlink_to(site / name)
    ours = [path.name for path in (host / package).iterdir() if (ROOT / path.name / "__init__.py").exists()]

    foreign, same_path = json.loads(alone(IMPORTS, str(deployed(package, host, tmp_path)), str(runtime), *ours))

    assert "schedule_client" in ours
    assert (foreign, same_path) == ([], True)


@EACH
def test_a_handler_imports_without_even_boto3(package: str, host: Path, tmp_path: Path):
    handler = {"proxy": "proxy.lambda_handler", "callback": "callback_api.lambda_handler"}[package]
    script = f"import sys; sys.path.insert(0, sys.argv[1]); import {handler}; print('boto3' in sys.modules)"

    assert alone(script, str(deployed(package, host, tmp_path))) == "False\n"


def alone(script: str, *arguments: str) -> str:
    """What a script prints under an interpreter that has the standard library and nothing else."""
    command = [sys.executable, "-I", "-S", "-B", "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **ENVIRONMENT})
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("twice", [Platform.LAMBDA], indirect=True)
def test_what_is_compiled_for_lambda_is_for_its_python_on_arm64(twice: tuple[Path, Path]):
    compiled = {file.name: file.read_bytes() for file in twice[0].rglob("*") if ".so" in file.suffixes}

    assert compiled, "pydantic's core is compiled"
    assert [name for name in compiled if ".cpython-313-aarch64-linux-gnu." not in name] == []
    assert {(content[:4], int.from_bytes(content[18:20], "little")) for content in compiled.values()} == {
        (b"\x7fELF", 183)
    }


def test_the_packages_are_small(twice: tuple[Path, Path]):
    sizes = {package: sum(len(data) for data, _ in contents(twice[0] / package).values()) for package in PACKAGES}

    assert 0 < sizes["proxy"] <= 2_000_000
    assert 0 < sizes["callback"] <= 15_000_000


def test_staging_again_replaces_what_was_there(tmp_path: Path):
    (tmp_path / "proxy").mkdir()
    (tmp_path / "proxy" / "stale.py").touch()

    stage("proxy", tmp_path, Platform.HOST)

    assert not (tmp_path / "proxy" / "stale.py").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["proxy"]


def test_a_failure_leaves_the_package_that_was_there(tmp_path: Path):
    before = contents(stage("proxy", tmp_path / "out", Platform.HOST))

    (tmp_path / "proxy").mkdir()
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
