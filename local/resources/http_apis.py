"""API Gateway v2: HTTP APIs."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

from local.resources.resource_type import Inputs, Outputs, ResourceType, pascal
from local.resources.tags import Tagging

if TYPE_CHECKING:
    from local.clients import Clients

_API = (
    *("name", "protocolType", "description", "corsConfiguration", "disableExecuteApiEndpoint", "version"),
    *("routeSelectionExpression", "apiKeySelectionExpression"),
)
_INTEGRATION = (
    *("integrationType", "integrationUri", "integrationMethod", "payloadFormatVersion", "connectionType"),
    *("description", "requestParameters", "credentialsArn"),
)
_ROUTE = ("routeKey", "target", "authorizationType", "authorizerId", "operationName", "apiKeyRequired")
_STAGE = ("autoDeploy", "description", "stageVariables", "accessLogSettings", "defaultRouteSettings", "deploymentId")


def _tags(client: Any, arn: str) -> Mapping[str, str] | None:
    """As the provider reads them: with the API or the stage itself."""
    api, _, stage = arn.partition("/apis/")[2].partition("/stages/")
    found = client.get_stage(ApiId=api, StageName=stage) if stage else client.get_api(ApiId=api)
    return found.get("Tags")


_TAGGING = Tagging(service="apigatewayv2", key="ResourceArn", form="map", listed=_tags)


class ApiType(ResourceType):
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html."""

    type = "aws:apigatewayv2/api:Api"
    replace_on = frozenset({"protocolType"})
    tagging = _TAGGING

    def claim(self, inputs: Inputs) -> str | None:
        return None  # names are not unique here

    def create(self, aws: Clients, inputs: Inputs) -> str:
        given = pascal(inputs, *_API, "tags")
        return aws.client("apigatewayv2").create_api(**given)["ApiId"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        api = aws.client("apigatewayv2").get_api(ApiId=identity)
        return {
            "apiEndpoint": api["ApiEndpoint"],
            "arn": f"arn:aws:apigateway:{aws.region}::/apis/{identity}",
            "executionArn": f"arn:aws:execute-api:{aws.region}:{_account(aws)}:{identity}",
        }

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        given = pascal(inputs, *(key for key in _API if key != "protocolType"))
        aws.client("apigatewayv2").update_api(ApiId=identity, **given)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("apigatewayv2").delete_api(ApiId=identity)


def _account(aws: Clients) -> str:
    return aws.client("sts").get_caller_identity()["Account"]


class IntegrationType(ResourceType):
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html."""

    type = "aws:apigatewayv2/integration:Integration"
    name_key = None
    replace_on = frozenset({"apiId", "integrationType", "connectionType"})

    def create(self, aws: Clients, inputs: Inputs) -> str:
        given = _integration(inputs)
        answer = aws.client("apigatewayv2").create_integration(ApiId=inputs["apiId"], **given)
        return answer["IntegrationId"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        aws.client("apigatewayv2").get_integration(ApiId=inputs["apiId"], IntegrationId=identity)
        return {}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        aws.client("apigatewayv2").update_integration(
            ApiId=inputs["apiId"], IntegrationId=identity, **_integration(inputs)
        )

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("apigatewayv2").delete_integration(ApiId=inputs["apiId"], IntegrationId=identity)


def _integration(inputs: Inputs) -> dict[str, Any]:
    timeout = inputs.get("timeoutMilliseconds")
    return {**pascal(inputs, *_INTEGRATION), **({} if timeout is None else {"TimeoutInMillis": timeout})}


class RouteType(ResourceType):
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html."""

    type = "aws:apigatewayv2/route:Route"
    name_key = None
    replace_on = frozenset({"apiId"})

    def claim(self, inputs: Inputs) -> str | None:
        return f"{inputs['apiId']}/{inputs['routeKey']}"

    def leftover(self, aws: Clients, inputs: Inputs) -> str | None:
        routes = aws.client("apigatewayv2").get_routes(ApiId=inputs["apiId"])["Items"]
        return next((route["RouteId"] for route in routes if route["RouteKey"] == inputs["routeKey"]), None)

    def create(self, aws: Clients, inputs: Inputs) -> str:
        answer = aws.client("apigatewayv2").create_route(ApiId=inputs["apiId"], **pascal(inputs, *_ROUTE))
        return answer["RouteId"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        aws.client("apigatewayv2").get_route(ApiId=inputs["apiId"], RouteId=identity)
        return {}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        aws.client("apigatewayv2").update_route(ApiId=inputs["apiId"], RouteId=identity, **pascal(inputs, *_ROUTE))

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("apigatewayv2").delete_route(ApiId=inputs["apiId"], RouteId=identity)


class StageType(ResourceType):
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html; its id is the name."""

    type = "aws:apigatewayv2/stage:Stage"
    left_out = "HTTP APIs have no limits and no logs"
    replace_on = frozenset({"apiId", "name"})
    tagging = _TAGGING

    def claim(self, inputs: Inputs) -> str | None:
        return f"{inputs['apiId']}/{inputs['name']}"

    def create(self, aws: Clients, inputs: Inputs) -> str:
        given = pascal(inputs, *_STAGE, "tags")
        aws.client("apigatewayv2").create_stage(ApiId=inputs["apiId"], StageName=inputs["name"], **given)
        return inputs["name"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        aws.client("apigatewayv2").get_stage(ApiId=inputs["apiId"], StageName=identity)
        return {
            "arn": f"arn:aws:apigateway:{aws.region}::/apis/{inputs['apiId']}/stages/{identity}",
            "executionArn": f"arn:aws:execute-api:{aws.region}:{_account(aws)}:{inputs['apiId']}/{identity}",
        }

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        aws.client("apigatewayv2").update_stage(ApiId=inputs["apiId"], StageName=identity, **pascal(inputs, *_STAGE))

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("apigatewayv2").delete_stage(ApiId=inputs["apiId"], StageName=identity)
