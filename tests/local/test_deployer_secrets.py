"""What is secret in a program: it reaches the emulator, and neither the state nor the outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.local.deployed import Stack, operations

if TYPE_CHECKING:
    from local.program_process import ProgramProcess

SECRET = """
    value = pulumi.Output.secret("open-sesame")
    made = aws.ssm.Parameter("secret", name=f"/{stack}/secret", type="SecureString", value=value)
    pulumi.export("value", made.value)
    pulumi.export("plain", made.name)
"""


def test_a_secret_reaches_the_api_but_neither_the_state_nor_the_outputs(stack: Stack) -> None:
    deployment = stack.up(SECRET)
    assert deployment.outputs == {"value": "[secret]", "plain": f"/{stack.name}/secret"}
    parameter = stack.client("ssm").get_parameter(Name=f"/{stack.name}/secret", WithDecryption=True)["Parameter"]
    assert parameter["Value"] == "open-sesame"
    assert "open-sesame" not in stack.state


def test_a_changed_secret_is_an_update_and_the_same_one_is_not(stack: Stack) -> None:
    stack.up(SECRET)
    assert operations(stack.up(SECRET)) == {}
    assert operations(stack.up(SECRET.replace("open-sesame", "other"))) == {"secret": "update"}


KEYS = """
    from infra.signing_keys import SigningKeys, SigningKeysArgs
    from schedule_catalog.settings import parse_settings
    SigningKeys("signing", SigningKeysArgs(parse_settings(stack, {"signing": {"orders": {"services": ["callback"]}}})))
"""


def test_a_signing_key_is_made_once_and_is_in_no_state(stack: Stack) -> None:
    assert operations(stack.up(KEYS)) == {"signing-orders": "create", "signing-orders-first": "create"}
    key = signing_key(stack)

    assert key.startswith("whsec_")
    assert operations(stack.up(KEYS)) == {}
    assert signing_key(stack) == key
    assert key not in stack.state
    assert key.removeprefix("whsec_") not in stack.state


def test_a_signing_key_that_was_changed_by_hand_stays_changed(stack: Stack, process: ProgramProcess) -> None:
    """Twice: the first version is then neither the current nor the previous one."""
    stack.up(KEYS)
    for key in ("both", "new"):
        stack.client("secretsmanager").put_secret_value(SecretId=signing_name(stack), SecretString=key)

    assert operations(stack.up(KEYS)) == {}
    assert operations(Stack(stack.folder, stack.name, stack.emulator, process).up(KEYS)) == {}
    assert signing_key(stack) == "new"


def test_a_first_signing_key_that_was_lost_is_made_anew_and_not_put_in_the_place_of_the_current_one(
    stack: Stack, process: ProgramProcess
) -> None:
    stack.up(KEYS)
    manager = stack.client("secretsmanager")
    first = manager.get_secret_value(SecretId=signing_name(stack))
    manager.put_secret_value(SecretId=signing_name(stack), SecretString="new")
    for label in ("FIRST", "AWSPREVIOUS"):
        manager.update_secret_version_stage(
            SecretId=first["ARN"], VersionStage=label, RemoveFromVersionId=first["VersionId"]
        )

    again = Stack(stack.folder, stack.name, stack.emulator, process)
    assert operations(again.up(KEYS)) == {"signing-orders-first": "create"}
    assert signing_key(stack) == "new"


def signing_name(stack: Stack) -> str:
    return f"/schedule-catalog/{stack.name}/signing/orders"


def signing_key(stack: Stack) -> str:
    return stack.client("secretsmanager").get_secret_value(SecretId=signing_name(stack))["SecretString"]
