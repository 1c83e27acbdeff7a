"""Lambda: functions, aliases, and what is set on them."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING, Any

from local.clients import ACCOUNT
from local.resources.resource_type import Inputs, Outputs, ResourceType, as_found, pascal
from local.resources.tags import Tagging

if TYPE_CHECKING:
    from local.clients import Clients

_CONFIGURATION = (
    *("role", "handler", "runtime", "description", "timeout", "memorySize", "environment", "loggingConfig"),
    *("layers", "deadLetterConfig", "tracingConfig", "vpcConfig", "kmsKeyArn", "ephemeralStorage"),
)
# What takes a setting away, which would stay otherwise.
_EMPTY: dict[str, tuple[str, Any]] = {
    "environment": ("Environment", {"Variables": {}}),
    "kmsKeyArn": ("KMSKeyArn", ""),
    "vpcConfig": ("VpcConfig", {"SubnetIds": [], "SecurityGroupIds": []}),
}
_CODE = frozenset({"code", "s3Bucket", "s3Key", "s3ObjectVersion", "imageUri", "architectures"})


_TAGGING = Tagging(
    service="lambda",
    key="Resource",
    form="map",
    listed=lambda client, arn: client.list_tags(Resource=arn).get("Tags"),
)


class FunctionType(ResourceType):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html."""

    type = "aws:lambda/function:Function"
    left_out = "functions run on this machine's Python, with all of its memory"
    replace_on = frozenset({"name", "packageType"})
    tagging = _TAGGING
    computed_by_change = frozenset({"version", "qualifiedArn", "qualifiedInvokeArn", "codeSha256", "lastModified"})

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("lambda").create_function(
            FunctionName=inputs["name"],
            Code={"ZipFile": inputs["code"].zipped()},
            Publish=bool(inputs.get("publish")),
            Tags=inputs.get("tags") or {},
            **_configuration(inputs),
            **pascal(inputs, "architectures"),
        )
        if "reservedConcurrentExecutions" in inputs:
            self._limit(aws, inputs["name"], inputs)
        return inputs["name"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        function = aws.client("lambda").get_function(FunctionName=identity)["Configuration"]
        arn = function["FunctionArn"]
        version = self._newest_version(aws, identity)
        return {
            "arn": arn,
            "codeSha256": function["CodeSha256"],
            "invokeArn": _invoke_arn(aws, arn),
            "lastModified": function["LastModified"],
            "qualifiedArn": f"{arn}:{version}",
            "qualifiedInvokeArn": _invoke_arn(aws, f"{arn}:{version}"),
            "sourceCodeSize": function["CodeSize"],
            "version": version,
        }

    def observe(self, aws: Clients, identity: str, inputs: Inputs) -> Inputs:
        found = aws.client("lambda").get_function_configuration(FunctionName=identity)
        seen = as_found({key: inputs[key] for key in _CONFIGURATION if inputs.get(key) is not None}, found)
        return {**inputs, **seen}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        functions = aws.client("lambda")
        if changed & _CODE:
            code = inputs["code"].zipped()
            functions.update_function_code(FunctionName=identity, ZipFile=code, **pascal(inputs, "architectures"))
        if changed & set(_CONFIGURATION):
            emptied = {name: empty for key, (name, empty) in _EMPTY.items() if key in changed}
            functions.update_function_configuration(FunctionName=identity, **{**emptied, **_configuration(inputs)})
        if "reservedConcurrentExecutions" in changed:
            self._limit(aws, identity, inputs)
        if inputs.get("publish") and changed & (_CODE | set(_CONFIGURATION) | {"publish"}):
            functions.publish_version(FunctionName=identity)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("lambda").delete_function(FunctionName=identity)

    def _limit(self, aws: Clients, name: str, inputs: Inputs) -> None:
        limit = inputs.get("reservedConcurrentExecutions")
        if limit is not None and limit >= 0:
            aws.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=limit)
        else:
            aws.client("lambda").delete_function_concurrency(FunctionName=name)

    def _newest_version(self, aws: Clients, name: str) -> str:
        versions = aws.client("lambda").list_versions_by_function(FunctionName=name)["Versions"]
        numbers = [int(version["Version"]) for version in versions if version["Version"].isdigit()]
        return str(max(numbers)) if numbers else "$LATEST"


def _configuration(inputs: Inputs) -> dict[str, Any]:
    given = pascal(inputs, *_CONFIGURATION)
    if "KmsKeyArn" in given:
        given["KMSKeyArn"] = given.pop("KmsKeyArn")
    if "VpcConfig" in given:
        given["VpcConfig"].pop("VpcId", None)
    return given


def _invoke_arn(aws: Clients, arn: str) -> str:
    return f"arn:aws:apigateway:{aws.region}:lambda:path/2015-03-31/functions/{arn}/invocations"


class AliasType(ResourceType):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html; its id is `function:name`."""

    type = "aws:lambda/alias:Alias"
    replace_on = frozenset({"name", "functionName"})

    def claim(self, inputs: Inputs) -> str | None:
        return f"{_function_name(inputs['functionName'])}:{inputs['name']}"

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("lambda").create_alias(**_alias(inputs))
        return f"{_function_name(inputs['functionName'])}:{inputs['name']}"

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        function, name = identity.split(":")
        arn = aws.client("lambda").get_alias(FunctionName=function, Name=name)["AliasArn"]
        return {"arn": arn, "invokeArn": _invoke_arn(aws, arn)}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        aws.client("lambda").update_alias(**_alias(inputs))

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        function, name = identity.split(":")
        aws.client("lambda").delete_alias(FunctionName=function, Name=name)


def _alias(inputs: Inputs) -> dict[str, Any]:
    return {
        **pascal(inputs, "name", "description", "functionVersion"),
        "FunctionName": _function_name(inputs["functionName"]),
    }


def _function_name(reference: str) -> str:
    """The name from a name or an ARN."""
    return reference.split(":")[6] if reference.startswith("arn:") else reference


class FunctionEventInvokeConfigType(ResourceType):
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html; id `function:qualifier`."""

    type = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
    name_key = None
    replace_on = frozenset({"functionName", "qualifier"})

    def claim(self, inputs: Inputs) -> str | None:
        return f"{_function_name(inputs['functionName'])}:{inputs.get('qualifier') or '$LATEST'}"

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("lambda").put_function_event_invoke_config(
            FunctionName=_function_name(inputs["functionName"]),
            DestinationConfig=_destinations(inputs.get("destinationConfig") or {}),
            **pascal(inputs, "qualifier", "maximumEventAgeInSeconds", "maximumRetryAttempts"),
        )
        return f"{_function_name(inputs['functionName'])}:{inputs.get('qualifier') or '$LATEST'}"

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        function, qualifier = identity.split(":")
        aws.client("lambda").get_function_event_invoke_config(FunctionName=function, Qualifier=qualifier)
        return {}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        self.create(aws, inputs)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        function, qualifier = identity.split(":")
        aws.client("lambda").delete_function_event_invoke_config(FunctionName=function, Qualifier=qualifier)


def _destinations(config: Inputs) -> dict[str, Any]:
    return pascal(config, "onFailure", "onSuccess")


class PermissionType(ResourceType):
    """https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html; id `function:qualifier:statement`."""

    type = "aws:lambda/permission:Permission"
    name_key = "statementId"
    replace_on = frozenset(
        {"action", "eventSourceToken", "function", "functionUrlAuthType", "principal", "principalOrgId"}
        | {"qualifier", "sourceAccount", "sourceArn", "statementId", "statementIdPrefix"}
    )

    def claim(self, inputs: Inputs) -> str | None:
        return f"{_function_name(inputs['function'])}:{inputs.get('qualifier') or ''}:{inputs['statementId']}"

    def create(self, aws: Clients, inputs: Inputs) -> str:
        given = pascal(inputs, *(self.replace_on - {"function", "statementIdPrefix"}))
        aws.client("lambda").add_permission(FunctionName=_function_name(inputs["function"]), **given)
        return f"{_function_name(inputs['function'])}:{inputs.get('qualifier') or ''}:{inputs['statementId']}"

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        function, qualifier, statement = identity.split(":")
        policy = aws.client("lambda").get_policy(FunctionName=function, **_qualified(qualifier))["Policy"]
        return {} if f'"{statement}"' in policy else None

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        function, qualifier, statement = identity.split(":")
        aws.client("lambda").remove_permission(FunctionName=function, StatementId=statement, **_qualified(qualifier))


def _qualified(qualifier: str) -> dict[str, str]:
    return {"Qualifier": qualifier} if qualifier else {}


class EventSourceMappingType(ResourceType):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html."""

    type = "aws:lambda/eventSourceMapping:EventSourceMapping"
    name_key = None
    replace_on = frozenset({"eventSourceArn", "startingPosition", "startingPositionTimestamp"})
    tagging = _TAGGING
    _settings = (
        *("batchSize", "enabled", "functionName", "functionResponseTypes", "maximumBatchingWindowInSeconds"),
        *("scalingConfig", "filterCriteria", "destinationConfig"),
    )

    def create(self, aws: Clients, inputs: Inputs) -> str:
        given = pascal(inputs, "eventSourceArn", "startingPosition", "tags", *self._settings)
        return aws.client("lambda").create_event_source_mapping(**given)["UUID"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        mapping = aws.client("lambda").get_event_source_mapping(UUID=identity)
        arn = f"arn:aws:lambda:{aws.region}:{ACCOUNT}:event-source-mapping:{identity}"
        return {"uuid": identity, "functionArn": mapping["FunctionArn"], "arn": arn}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        aws.client("lambda").update_event_source_mapping(UUID=identity, **pascal(inputs, *self._settings))

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("lambda").delete_event_source_mapping(UUID=identity)


class ProvisionedConcurrencyConfigType(ResourceType):
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html; id: `function,alias`."""

    type = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"
    left_out = "Lambda keeps no execution ready"
    replace_on = frozenset({"functionName", "qualifier"})

    def claim(self, inputs: Inputs) -> str | None:
        return f"{inputs['functionName']},{inputs['qualifier']}"

    def create(self, aws: Clients, inputs: Inputs) -> str:
        identity = f"{inputs['functionName']},{inputs['qualifier']}"
        self._put(aws, identity, inputs)
        return identity

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        aws.client("lambda").get_provisioned_concurrency_config(**_at(identity))
        return {}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        self._put(aws, identity, inputs)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("lambda").delete_provisioned_concurrency_config(**_at(identity))

    def _put(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("lambda").put_provisioned_concurrency_config(
            **_at(identity), ProvisionedConcurrentExecutions=inputs["provisionedConcurrentExecutions"]
        )


def _at(identity: str) -> dict[str, str]:
    function, alias = identity.split(",")
    return {"FunctionName": function, "Qualifier": alias}


class FunctionRecursionConfigType(ResourceType):
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html; id is the function's name."""

    type = "aws:lambda/functionRecursionConfig:FunctionRecursionConfig"
    left_out = "Lambda does not stop recursive loops"
    name_key = "functionName"
    replace_on = frozenset({"functionName"})

    def create(self, aws: Clients, inputs: Inputs) -> str:
        self._put(aws, inputs["functionName"], inputs["recursiveLoop"])
        return inputs["functionName"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        aws.client("lambda").get_function_recursion_config(FunctionName=identity)
        return {}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        self._put(aws, identity, inputs["recursiveLoop"])

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        self._put(aws, identity, "Terminate")

    def _put(self, aws: Clients, function: str, loop: str) -> None:
        aws.client("lambda").put_function_recursion_config(FunctionName=function, RecursiveLoop=loop)
