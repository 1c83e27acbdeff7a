"""Contradictions between the settings of one stack."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from schedule_catalog.settings.clients import report_clients
from schedule_catalog.settings.commands import Path, remove_command, set_command
from schedule_catalog.settings.own_code import report_own_code
from schedule_catalog.settings.reading import ConfigValue, Example, Mistakes
from schedule_catalog.settings.services import report_access
from schedule_client.contract.address import parse_url
from schedule_client.contract.networks import admits_address
from schedule_client.contract.origins import ADHOC, CALLBACK, CATALOG, RETRY
from schedule_client.contract.proxy_settings import SIGNING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from schedule_catalog.settings.model import Settings
    from schedule_client.contract.bindings import SecretBinding

BUILT_IN_SERVICE = "callback"
"""Service that every stack has: its own callback service."""

# https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html
MOST_SUBNETS, MOST_SECURITY_GROUPS = 16, 5

# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
FEWEST_RECOVERY_DAYS = 7

MOST_APPLICATIONS = 50
"""The longest names of this many fit into the manifest, a parameter of 8 KB."""

# Keys that a shard sets itself; the laptop stack, which has no shards, sets all but the first.
_KEYS_OF_A_SHARD = ("shard", "catalog", "calendars", "packages", "now", "proxy_routes")


def report_contradictions(settings: Settings, mistakes: Mistakes) -> None:
    """Report settings that are correct by themselves but contradict each other; keys with a mistake are skipped."""
    reported = {mistake.key.partition(".")[0].partition("[")[0] for mistake in mistakes.found}
    _report_plain_http(settings, mistakes, reported)
    if reported.isdisjoint({"services", "applications"}):
        report_access(settings, mistakes)
    if "allowed_cidrs" not in reported:
        _report_private(settings, mistakes)
    _report_undeclared(settings, mistakes, reported)
    for key, bindings in _bindings(settings):
        if key not in reported:
            _report_unbound(key, bindings, settings, mistakes)
            if "applications" not in reported:
                _report_strange_origins(key, bindings, settings, mistakes)
    if "clients" not in reported:
        report_clients(settings, mistakes)
    _report_secrets_of_signing(settings, mistakes)
    _report_signed_twice(settings, mistakes)
    _report_ceilings(settings, mistakes)
    if "proxy" not in reported:
        _report_concurrency(settings, mistakes)
    if "callback" not in reported:
        report_own_code(settings, mistakes)
    if 0 < settings.secret_recovery_days < FEWEST_RECOVERY_DAYS:
        message = f"{settings.secret_recovery_days} is less than {FEWEST_RECOVERY_DAYS}, the minimum except for 0"
        example = Example(str(FEWEST_RECOVERY_DAYS))
        ConfigValue(("secret_recovery_days",), None, mistakes).refuse(message, example)
    if settings.region is not None and is_in_china(settings.region):
        mistakes.add(("region",), CHINA, remove_command(mistakes.stack, ("region",)))
    elif settings.region is not None:
        for path, _, message in elsewhere(settings, settings.region):
            mistakes.add(path, message, remove_command(mistakes.stack, path))
    if "vpc" not in reported:
        _report_vpc(settings, mistakes)
    if len(settings.applications) > MOST_APPLICATIONS:
        _report_crowd_of_applications(settings, mistakes)
    if reported.isdisjoint({"name_prefix", "applications"}):
        _report_shared_prefixes(settings, mistakes)


def report_keys_of_core(settings: Settings, given: Iterable[str], mistakes: Mistakes) -> None:
    """Report keys of a shard that only its core stack may set."""
    core = settings.shard.core if settings.shard else None
    for key in given if core is not None else ():
        if key not in _KEYS_OF_A_SHARD:
            message = f'this is a shard of "{core}", which sets this key: set it there'
            mistakes.add((key,), message, remove_command(mistakes.stack, (key,)))


CHINA = "AWS China is not supported: its services have other addresses, and some that the stack needs are not there"


def is_in_china(region: str) -> bool:
    """Whether a region is one of AWS China, which is a partition of its own."""
    return region.startswith("cn-")


def elsewhere(settings: Settings, region: str) -> Iterator[tuple[Path, str, str]]:
    """Yield the topics and keys that are not in *region*, as AWS refuses those: path, ARN and mistake."""
    for path, arn in _regional(settings):
        where = arn.split(":")[3]
        if where != region:
            yield path, arn, f'"{arn}" is in {where}, but the stack is in {region}, and AWS refuses other regions'


def _regional(settings: Settings) -> Iterator[tuple[Path, str]]:
    given: list[tuple[Path, str | None]] = [
        (("alarm_topic",), settings.alarm_topic),
        (("kms_key_arn",), settings.kms_key_arn),
        *((("owners", name, "topic"), owner.topic) for name, owner in settings.owners.items()),
        *((("secret_kms_keys",), key) for key in sorted(settings.secret_kms_keys)),
    ]
    yield from ((path, arn) for path, arn in given if arn is not None)


def _report_plain_http(settings: Settings, mistakes: Mistakes, reported: Collection[str]) -> None:
    if "http_hosts" in reported:
        return
    for path, base in _urls(settings):
        address = parse_url(base)
        if address.scheme == "http" and address.netloc not in settings.http_hosts:
            mistake = f'"{base}" is plain http, and "{address.netloc}" is not in "http_hosts"'
            if _is_internal(address.host):  # where nobody has a certificate
                place = ("http_hosts", len(settings.http_hosts))
                mistakes.add(path, mistake, set_command(mistakes.stack, place, address.netloc))
            else:
                secure = Example(base.replace("http:", "https:", 1))
                ConfigValue(path, base, mistakes).refuse(mistake, secure)


def _urls(settings: Settings) -> Iterator[tuple[Path, str]]:
    """URLs that the proxy calls because the settings declare them."""
    yield from ((("services", name), base) for name, base in settings.services.items())
    given = ((("clients", name, "token_url"), client.token_url) for name, client in settings.clients.items())
    yield from ((path, base) for path, base in given if base is not None)


def _report_private(settings: Settings, mistakes: Mistakes) -> None:
    """Report an address that the proxy would refuse; on a laptop the routes replace it."""
    for path, host in _hosts(settings) if settings.proxy_routes is None else ():
        if _is_address(host) and not admits_address(settings.allowed_cidrs, host):
            network = f"{host}/{128 if ':' in host else 32}"
            command = set_command(mistakes.stack, ("allowed_cidrs", len(settings.allowed_cidrs)), network)
            mistakes.add(path, f'"{host}" is not public, and is not in "allowed_cidrs"', command)


def _is_internal(host: str) -> bool:
    """Whether a host is a private address, or a name such as "localhost" that no public DNS has."""
    return not admits_address((), host) if _is_address(host) else "." not in host


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _hosts(settings: Settings) -> Iterator[tuple[Path, str]]:
    for path, base in _urls(settings):
        yield path, parse_url(base).host
    for key, hosts in (("hosts", settings.hosts), ("http_hosts", settings.http_hosts)):
        for host in sorted(hosts):
            yield (key,), parse_url(f"https://{host}").host


def _report_undeclared(settings: Settings, mistakes: Mistakes, reported: Collection[str]) -> None:
    declared: dict[str, Collection[str]] = {
        "services": {BUILT_IN_SERVICE, *settings.services},
        "hosts": settings.hosts,
        "secrets": settings.secrets,
        "clients": settings.clients,
        "owners": settings.owners,
    }
    for path, key, name in _references(settings):
        if key not in reported and name not in declared[key]:
            mistakes.add(path, f'"{name}" is not declared in "{key}"', _declare(mistakes.stack, key, name, settings))


def _references(settings: Settings) -> Iterator[tuple[Path, str, str]]:
    for name, owner in settings.owners.items():
        for key in ("services", "hosts", "secrets", "clients"):
            for value in sorted(getattr(owner, key) or ()):
                yield ("owners", name, key), key, value
    for name, application in settings.applications.items():
        if application.owner is not None:
            yield ("applications", name, "owner"), "owners", application.owner
    for kind, bindings in _bindings(settings):
        for name, binding in bindings.items():
            for key, values in (("services", binding.services), ("hosts", binding.hosts)):
                for value in values:
                    yield (kind, name, key), key, value


def _bindings(settings: Settings) -> Iterator[tuple[str, Mapping[str, SecretBinding]]]:
    yield "secrets", settings.secrets
    yield "signing", settings.signing
    yield "clients", {name: client.binding for name, client in settings.clients.items()}


def _declare(stack: str, key: str, name: str, settings: Settings) -> str:
    if key == "services":
        return set_command(stack, (key, name), f"https://{name}.example.com")
    if key == "owners":
        return set_command(stack, (key, name, "contact"), f"{name}@example.com")
    if key == "secrets":
        return set_command(stack, (key, name, "services", 0), next(iter(settings.services), BUILT_IN_SERVICE))
    if key == "clients":
        return set_command(stack, (key, name, "type"), "oidc")
    return set_command(stack, (key, len(settings.hosts)), name)


def _report_unbound(key: str, bindings: Mapping[str, SecretBinding], settings: Settings, mistakes: Mistakes) -> None:
    thing = {"secrets": "secret", "signing": "signing key", "clients": "client"}[key]
    for name, binding in bindings.items():
        path = (key, name)
        if not (binding.services or binding.hosts):
            service = next(iter(settings.services), BUILT_IN_SERVICE)
            ConfigValue(path, None, mistakes).refuse(
                f"names no service or host that may use the {thing}", Example(service, ("services", 0))
            )
        if not binding.origins:
            message = f"is empty, so nothing may use the {thing}"
            mistakes.add((*path, "origins"), message, remove_command(mistakes.stack, path))


def _report_strange_origins(
    key: str, bindings: Mapping[str, SecretBinding], settings: Settings, mistakes: Mistakes
) -> None:
    known = (CATALOG, CALLBACK, ADHOC, *settings.applications)
    for name, binding in bindings.items():
        for position, origin in enumerate(binding.origins):
            if origin not in known:
                path = (key, name, "origins", position)
                message = f'"{origin}" is not an origin: write {", ".join(known[:-1])} or {known[-1]}'
                ConfigValue(path, origin, mistakes).refuse(message, Example(CATALOG))


def _report_secrets_of_signing(settings: Settings, mistakes: Mistakes) -> None:
    """Report signing keys sent as secrets: the recipient of such a key could sign."""
    for name in settings.secrets:
        if name.startswith(SIGNING):
            path = ("secrets", name)
            mistakes.add(path, f'"{SIGNING}" is reserved for signing keys', remove_command(mistakes.stack, path))


def _report_signed_twice(settings: Settings, mistakes: Mistakes) -> None:
    first: dict[tuple[str, str], str] = {}
    for name, binding in settings.signing.items():
        for key, values in (("services", binding.services), ("hosts", binding.hosts)):
            for position, value in enumerate(values):
                signer = first.setdefault((key, value), name)
                if signer != name:
                    path = ("signing", name, key, position)
                    message = f'"{value}" is already signed with "{signer}", and one key signs a call'
                    mistakes.add(path, message, remove_command(mistakes.stack, path))


def _report_ceilings(settings: Settings, mistakes: Mistakes) -> None:
    retry = settings.retry
    if retry.max_attempts > retry.most_attempts:
        message = f"{retry.max_attempts} is more than most_attempts, {retry.most_attempts}"
        ConfigValue(("retry", "max_attempts"), None, mistakes).refuse(message, Example(str(retry.most_attempts)))
    if retry.max_age_minutes > retry.most_age_minutes:
        message = f"{retry.max_age_minutes} is more than most_age_minutes, {retry.most_age_minutes}"
        ConfigValue(("retry", "max_age_minutes"), None, mistakes).refuse(message, Example(str(retry.most_age_minutes)))


def _report_concurrency(settings: Settings, mistakes: Mistakes) -> None:
    proxy = settings.proxy
    known = (CATALOG, CALLBACK, ADHOC, RETRY, *settings.applications)
    if proxy.provisioned_origin not in known:
        message = f'"{proxy.provisioned_origin}" is not an origin: write {", ".join(known[:-1])} or {known[-1]}'
        ConfigValue(("proxy", "provisioned_origin"), None, mistakes).refuse(message, Example(CATALOG))
    reserved = proxy.reserved_concurrency
    for key, number in (
        ("provisioned_concurrency", proxy.provisioned_concurrency),
        ("retry_concurrency", proxy.retry_concurrency),
    ):
        if reserved is not None and number is not None and number > reserved:
            message = f"{number} is more than reserved_concurrency, {reserved}"
            ConfigValue(("proxy", key), None, mistakes).refuse(message, Example(str(reserved)))


def _report_vpc(settings: Settings, mistakes: Mistakes) -> None:
    if settings.vpc is None:
        return
    for key, given, most, example in (
        ("subnet_ids", settings.vpc.subnet_ids, MOST_SUBNETS, "subnet-0123456789abcdef0"),
        ("security_group_ids", settings.vpc.security_group_ids, MOST_SECURITY_GROUPS, "sg-0123456789abcdef0"),
    ):
        path = ("vpc", key)
        if not given:
            ConfigValue(path, None, mistakes).refuse(
                "is empty: a function in a VPC needs at least one", Example(example, (0,))
            )
        elif len(given) > most:
            message = f"has {len(given)}: a function takes at most {most}"
            mistakes.add(path, message, remove_command(mistakes.stack, (*path, most)))


def _report_crowd_of_applications(settings: Settings, mistakes: Mistakes) -> None:
    message = f"has {len(settings.applications)}, but a stack takes {MOST_APPLICATIONS}: use a second stack"
    beyond = [*settings.applications][MOST_APPLICATIONS]
    mistakes.add(("applications",), message, remove_command(mistakes.stack, ("applications", beyond)))


def _report_shared_prefixes(settings: Settings, mistakes: Mistakes) -> None:
    """Report prefixes that start alike: the policy of the shorter one covers the schedules of the other."""
    taken = {settings.name_prefix: "name_prefix"}
    for name, application in settings.applications.items():
        prefix = application.prefix
        if other := next((each for each in taken if _start_alike(prefix, each)), None):
            message = (
                f'"{prefix}" and "{other}" of {taken[other]} start alike, so each could change schedules of the other'
            )
            ConfigValue(("applications", name, "prefix"), prefix, mistakes).refuse(
                message, Example(_free_prefix(name, taken))
            )
        taken[prefix] = f"applications.{name}"


def _start_alike(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _free_prefix(name: str, taken: Collection[str]) -> str:
    """Free prefix: a number and the name; some number is free, as a prefix of one digit excludes only that digit."""
    prefixes = (f"{number}-{name}"[:20].rstrip("-") + "-" for number in count(1))
    return next(prefix for prefix in prefixes if not any(_start_alike(prefix, each) for each in taken))
