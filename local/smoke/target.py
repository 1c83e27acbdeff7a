"""The endpoint that the throw-away stack calls: a function with a URL, in the same account."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from schedule_catalog.operations.translation import code_of

if TYPE_CHECKING:
    from schedule_catalog.operations import ServiceClients

# The same words as the tests' server.
CODE = """
STATUS = {"/refuse": 404, "/busy": 503}
def handle(event, context):
    return {"statusCode": STATUS.get(event["rawPath"], 200), "headers": {"Retry-After": "1"}}
"""
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
_PATIENCE_SECONDS = 60.0


def make_target(clients: ServiceClients, name: str, tags: dict[str, str]) -> str:
    """Make it, with a role that may do nothing, unless it is there; its base URL."""
    functions = clients.client("lambda")
    try:
        return str(functions.get_function_url_config(FunctionName=name)["FunctionUrl"]).rstrip("/")
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
    role = _role(clients, name, tags)
    _patiently(
        lambda: functions.create_function(
            FunctionName=name, Role=role, Runtime="python3.13", Handler="target.handle", Tags=tags,
            Code={"ZipFile": _zipped()}, Timeout=10,
        )
    )  # fmt: skip
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    url = functions.create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]
    # Since October 2025 a public URL needs both: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    functions.add_permission(
        FunctionName=name,
        StatementId="url",
        Principal="*",
        Action="lambda:InvokeFunctionUrl",
        FunctionUrlAuthType="NONE",
    )
    functions.add_permission(
        FunctionName=name,
        StatementId="invoke",
        Principal="*",
        Action="lambda:InvokeFunction",
        InvokedViaFunctionUrl=True,
    )
    return str(url).rstrip("/")


def delete_target(clients: ServiceClients, name: str) -> None:
    """Delete what is there of it."""
    functions, iam = clients.client("lambda"), clients.client("iam")
    for delete in (lambda: functions.delete_function(FunctionName=name), lambda: iam.delete_role(RoleName=name)):
        try:
            delete()
        except ClientError as error:
            if code_of(error) not in ("ResourceNotFoundException", "NoSuchEntity"):
                raise


def _role(clients: ServiceClients, name: str, tags: dict[str, str]) -> str:
    iam = clients.client("iam")
    given = [{"Key": key, "Value": value} for key, value in tags.items()]
    try:
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST), Tags=given)
    except ClientError as error:
        if code_of(error) != "EntityAlreadyExists":
            raise
        made = iam.get_role(RoleName=name)
    return str(made["Role"]["Arn"])


def _zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("target.py", CODE)
    return buffer.getvalue()


def _patiently(create: Any) -> None:
    """Lambda does not know a new role at once."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            create()
            return
        except ClientError as error:
            late = time.monotonic() > deadline
            if late or code_of(error) != "InvalidParameterValueException":
                raise
        time.sleep(3)
