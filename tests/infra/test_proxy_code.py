from __future__ import annotations

import pulumi

from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.proxy_settings import ProxySettings
from tests.infra.sample import CONFIG, sample_stack
from tests.pulumi_harness import Deployment, run_program

FUNCTION = "aws:lambda/function:Function", "proxy"


def package(stack: Deployment) -> dict[str, pulumi.Asset | pulumi.Archive]:
    return stack[FUNCTION].inputs["code"].assets


def settings(stack: Deployment) -> ProxySettings:
    file = package(stack)["settings.json"]
    assert isinstance(file, pulumi.StringAsset)
    return ProxySettings.from_json(file.text)


def test_the_package_is_the_staged_code_and_the_settings():
    code = package(sample_stack())

    assert set(code) == {".", "settings.json"}
    assert isinstance(staged := code["."], pulumi.FileArchive)
    assert staged.path == f"{CONFIG['packages']}/proxy"


def test_the_proxy_can_read_what_the_program_writes():
    found = settings(sample_stack())

    assert found.services == {
        "billing": "https://billing.example.com",
        "callback": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com",
    }
    assert found.hosts == ("hooks.example.com",)
    assert found.secret_prefix == "/schedule-catalog/dev/"
    assert found.secrets == {"billing-token": SecretBinding(("billing",), (), ("catalog",))}


def test_a_thousand_services_with_a_secret_each_fit():
    names = [f"service-{number}" for number in range(1_000)]
    stack = run_program(
        {
            **CONFIG,
            "services": {**CONFIG["services"], **{name: f"https://{name}.internal.example.com/api" for name in names}},
            "secrets": {**CONFIG["secrets"], **{f"{name}-token": {"services": [name]} for name in names}},
        }
    )

    found = settings(stack)
    assert (len(found.services), len(found.secrets)) == (1_002, 1_001)
    assert found.secrets["service-999-token"].admits("service-999", "", "catalog")


def test_the_aliases_move_to_a_version_that_has_the_settings():
    """The code depends on the URL of the callback service, and each alias on the version that is then published."""
    for alias in ("catalog", "retry"):
        assert "proxy" in sample_stack()["aws:lambda/alias:Alias", f"proxy-{alias}"].depends_on


def test_a_preview_of_a_new_stack_does_not_know_the_settings_yet():
    assert not isinstance(run_program(CONFIG, preview=True)[FUNCTION].inputs["code"], pulumi.AssetArchive)
