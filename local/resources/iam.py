"""IAM: roles and their policies."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from local.resources.resource_type import Inputs, Outputs, ResourceType, pascal, policy_as_found, tag_list
from local.resources.tags import Tagging

if TYPE_CHECKING:
    from local.clients import Clients


class RoleType(ResourceType):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html."""

    type = "aws:iam/role:Role"
    left_out = "every permission is granted"
    replace_on = frozenset({"name", "namePrefix", "path"})
    tagging = Tagging(
        service="iam",
        key="RoleName",
        by="id",
        add="tag_role",
        remove="untag_role",
        listed=lambda client, name: client.get_role(RoleName=name)["Role"].get("Tags"),
    )

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("iam").create_role(
            RoleName=inputs["name"],
            AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
            Tags=tag_list(inputs),
            **pascal(inputs, "description", "maxSessionDuration", "path", "permissionsBoundary"),
        )
        return inputs["name"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        role = aws.client("iam").get_role(RoleName=identity)["Role"]
        return {"arn": role["Arn"], "uniqueId": role["RoleId"]}

    def observe(self, aws: Clients, identity: str, inputs: Inputs) -> Inputs:
        role = aws.client("iam").get_role(RoleName=identity)["Role"]
        return policy_as_found(inputs, "assumeRolePolicy", role["AssumeRolePolicyDocument"])

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        iam = aws.client("iam")
        if "assumeRolePolicy" in changed:
            iam.update_assume_role_policy(RoleName=identity, PolicyDocument=inputs["assumeRolePolicy"])
        if "description" in changed:
            iam.update_role_description(RoleName=identity, Description=inputs.get("description", ""))
        if "maxSessionDuration" in changed:
            iam.update_role(RoleName=identity, **pascal(inputs, "maxSessionDuration"))
        if "permissionsBoundary" in changed:
            self._bound(aws, identity, inputs.get("permissionsBoundary"))

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        iam = aws.client("iam")
        if inputs.get("forceDetachPolicies"):
            for policy in iam.list_attached_role_policies(RoleName=identity)["AttachedPolicies"]:
                iam.detach_role_policy(RoleName=identity, PolicyArn=policy["PolicyArn"])
        iam.delete_role(RoleName=identity)

    def _bound(self, aws: Clients, name: str, boundary: str | None) -> None:
        if boundary:
            aws.client("iam").put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
        else:
            aws.client("iam").delete_role_permissions_boundary(RoleName=name)


class RolePolicyType(ResourceType):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html; its id is `role:name`."""

    type = "aws:iam/rolePolicy:RolePolicy"
    replace_on = frozenset({"name", "namePrefix", "role"})

    def claim(self, inputs: Inputs) -> str | None:
        return f"{inputs['role']}:{inputs['name']}"

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("iam").put_role_policy(
            RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"]
        )
        return f"{inputs['role']}:{inputs['name']}"

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        role, name = identity.split(":", 1)
        aws.client("iam").get_role_policy(RoleName=role, PolicyName=name)
        return {}

    def observe(self, aws: Clients, identity: str, inputs: Inputs) -> Inputs:
        role, name = identity.split(":", 1)
        found = aws.client("iam").get_role_policy(RoleName=role, PolicyName=name)
        return policy_as_found(inputs, "policy", found["PolicyDocument"])

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        self.create(aws, inputs)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        role, name = identity.split(":", 1)
        aws.client("iam").delete_role_policy(RoleName=role, PolicyName=name)


class RolePolicyAttachmentType(ResourceType):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html; its id is `role policy-arn`."""

    type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    name_key = None
    replace_on = frozenset({"role", "policyArn"})

    def claim(self, inputs: Inputs) -> str | None:
        return f"{inputs['role']} {inputs['policyArn']}"

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("iam").attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        return f"{inputs['role']} {inputs['policyArn']}"

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        role, arn = identity.split(" ")
        attached = aws.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        return {} if any(policy["PolicyArn"] == arn for policy in attached) else None

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        role, arn = identity.split(" ")
        aws.client("iam").detach_role_policy(RoleName=role, PolicyArn=arn)


class PolicyType(ResourceType):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html; its id is the ARN."""

    type = "aws:iam/policy:Policy"
    replace_on = frozenset({"name", "namePrefix", "path", "description"})
    tagging = Tagging(
        service="iam",
        key="PolicyArn",
        by="id",
        add="tag_policy",
        remove="untag_policy",
        listed=lambda client, arn: client.get_policy(PolicyArn=arn)["Policy"].get("Tags"),
    )

    def leftover(self, aws: Clients, inputs: Inputs) -> str | None:
        policies = aws.client("iam").list_policies(Scope="Local")["Policies"]
        return next((policy["Arn"] for policy in policies if policy["PolicyName"] == inputs["name"]), None)

    def create(self, aws: Clients, inputs: Inputs) -> str:
        answer = aws.client("iam").create_policy(
            PolicyName=inputs["name"],
            PolicyDocument=inputs["policy"],
            Tags=tag_list(inputs),
            **pascal(inputs, "description", "path"),
        )
        return answer["Policy"]["Arn"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        policy = aws.client("iam").get_policy(PolicyArn=identity)["Policy"]
        return {"arn": policy["Arn"], "policyId": policy["PolicyId"]}

    def observe(self, aws: Clients, identity: str, inputs: Inputs) -> Inputs:
        iam = aws.client("iam")
        version = iam.get_policy(PolicyArn=identity)["Policy"]["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=identity, VersionId=version)["PolicyVersion"]
        return policy_as_found(inputs, "policy", found["Document"])

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        iam = aws.client("iam")
        for version in iam.list_policy_versions(PolicyArn=identity)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=identity, VersionId=version["VersionId"])
        iam.create_policy_version(PolicyArn=identity, PolicyDocument=inputs["policy"], SetAsDefault=True)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        iam = aws.client("iam")
        for version in iam.list_policy_versions(PolicyArn=identity)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=identity, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=identity)
