from __future__ import annotations

from pathlib import Path

import pytest

import proxy
from proxy.settings import PACKAGED, packaged_settings
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.errors import ProxySettingsError
from schedule_client.contract.proxy_settings import ProxySettings


def test_the_settings_are_beside_the_code() -> None:
    assert Path(proxy.__file__).parents[1] / "settings.json" == PACKAGED


def test_the_proxy_has_what_the_program_wrote(tmp_path: Path) -> None:
    binding = SecretBinding(services=("billing",), origins=("catalog",))
    settings = ProxySettings(hosts=("münchen.example.com",), secrets={"token": binding})
    file = tmp_path / "settings.json"
    file.write_text(settings.to_json(), "utf-8")

    assert packaged_settings(file) == settings


@pytest.mark.parametrize("text", ["", "{", "[]", '{"hosts": "a"}', '{"services": {"a": 1}}', '{"secrets": {"a": []}}'])
def test_a_package_whose_settings_cannot_be_read_makes_no_call(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.json"
    file.write_text(text)

    with pytest.raises(ProxySettingsError):
        packaged_settings(file)


def test_a_package_without_settings_makes_no_call(tmp_path: Path) -> None:
    with pytest.raises(
        ProxySettingsError, match=r"settings.json cannot be read from the proxy's package: No such file"
    ):
        packaged_settings(tmp_path / "settings.json")
