from __future__ import annotations

import pulumi
import pytest

from schedule_client.contract import ProxySettings, SecretBinding
from tests.infra.sample import CONFIG, sample_stack
from tests.pulumi_harness import run_program

PARAMETER = "aws:ssm/parameter:Parameter"


def test_the_proxy_can_read_what_the_program_writes():
    settings = ProxySettings.from_json(sample_stack()[PARAMETER, "proxy-settings-parameter"].inputs["insecureValue"])

    assert settings.services == {
        "billing": "https://billing.example.com",
        "callback": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com",
    }
    assert settings.hosts == ("hooks.example.com",)
    assert settings.secret_prefix == "/schedule-catalog/dev/"
    assert settings.secrets == {"billing-token": SecretBinding(("billing",), (), ("catalog",))}


def test_the_parameter_may_grow_beyond_the_standard_size():
    assert sample_stack()[PARAMETER, "proxy-settings-parameter"].inputs["tier"] == "Intelligent-Tiering"


def test_the_parameter_is_where_the_function_looks_for_it():
    function = sample_stack()["aws:lambda/function:Function", "proxy"]
    parameter = sample_stack()[PARAMETER, "proxy-settings-parameter"]

    assert function.inputs["environment"]["variables"]["SETTINGS_PARAMETER"] == parameter.inputs["name"]


def test_settings_that_no_parameter_holds_are_refused_before_anything_is_made():
    hosts = [f"host-{number}.example.com" for number in range(400)]

    with pytest.raises(pulumi.RunError, match=r"the proxy's settings take [0-9]+ bytes, and 8192 fit: shorten"):
        run_program({**CONFIG, "hosts": [*CONFIG["hosts"], *hosts]})
