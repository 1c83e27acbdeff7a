from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from callback_api.errors import SettingsError
from callback_api.handlers import Call, Registry, is_async, load, registry


class Later:
    async def __call__(self, call: Call) -> None:
        """Do nothing."""


async def later(call: Call) -> None:
    """Do nothing."""


def test_a_name_has_one_handler() -> None:
    registry = Registry()
    registry.task("a")(later)
    registry.task("a")(later)

    with pytest.raises(SettingsError, match=r'two handlers are registered as "a": .*later and .*Later'):
        registry.task("a")(Later())
    assert registry.names == ("a",)


def test_one_handler_may_be_the_default_and_does_what_has_no_name() -> None:
    registry = Registry()
    registry.task("a")(later)
    assert (registry.default, registry.get("")) == (None, None)

    other = registry.task("b", default=True)(Later())

    assert (registry.default, registry.get("")) == ("b", other)
    with pytest.raises(SettingsError, match='two handlers are the default: "b" and "c"'):
        registry.task("c", default=True)(later)
    with pytest.raises(SettingsError, match="a handler needs a name"):
        registry.task("")(later)


@pytest.mark.parametrize(
    ("handler", "expected"), [(later, True), (Later(), True), (len, False), (lambda _: None, False)]
)
def test_what_has_to_be_awaited_is_known(handler: Any, expected: bool) -> None:
    assert is_async(handler) is expected


def test_a_module_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match=r'CALLBACK_HANDLERS names "callback_api\.nothing"'):
        load(("callback_api.nothing",), Registry())


def test_modules_of_a_folder_or_a_wheel_are_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    source = "from callback_api.handlers import task\n\n@task({name!r})\ndef handler(call): ...\n"
    (tmp_path / "in_a_folder.py").write_text(source.format(name="of a folder"))
    with zipfile.ZipFile(wheel := tmp_path / "shop-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("in_a_wheel/__init__.py", "")
        archive.writestr("in_a_wheel/jobs.py", source.format(name="of a wheel"))

    load(("in_a_folder",), code=tmp_path)
    load(("in_a_wheel.jobs",), code=wheel)

    assert {"of a folder", "of a wheel"} <= set(registry.names)
    with pytest.raises(SettingsError, match=r"CALLBACK_CODE is .*nothing"):
        load((), code=tmp_path / "nothing")
