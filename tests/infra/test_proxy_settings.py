from __future__ import annotations

from tests.infra.sample import sample_stack

PARAMETER = "aws:ssm/parameter:Parameter", "proxy-settings-parameter"


def test_a_version_of_an_older_release_finds_its_settings_as_they_were():
    parameter = sample_stack()[PARAMETER]

    assert parameter.inputs["insecureValue"] == "{}"
    assert parameter.ignore_changes == ("insecureValue",)
    assert parameter.inputs["tier"] == "Intelligent-Tiering", "as it was: the old text may have needed it"
