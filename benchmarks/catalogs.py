"""Generated catalogs: entries of about 25 lines and 700 bytes, no two alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

_ZONES = ("Asia/Seoul", "Europe/Paris", "America/New_York", "UTC", "Europe/London", "America/Sao_Paulo", "Asia/Tokyo")
_DAYS = ("MON-FRI", "SUN", "MON,WED,FRI", "TUE", "THU#2", "SAT", "FRI")
_WORDS = ("nightly", "close", "sync", "daily", "figures", "archive", "notify", "renew", "export", "import", "customers")

SETTINGS = """\
config:
  schedule-catalog:services:
    billing: https://billing.example.com
    crm: https://crm.example.com
  schedule-catalog:hosts: [hooks.example.com]
  schedule-catalog:owners:
    team-0: {contact: "#team-0"}
    team-1: {contact: "#team-1"}
    team-2: {contact: "#team-2", services: [billing, crm]}
  schedule-catalog:secrets:
    billing-token: {services: [billing, crm], hosts: [hooks.example.com]}
"""


def write(folder: Path, entries: int, per_file: int) -> Path:
    """Write a catalog of so many entries, and the settings of two stacks beside it; return the catalog's folder."""
    catalog = folder / "schedules"
    catalog.mkdir(parents=True)
    for stack in ("dev", "prod"):
        (folder / f"Pulumi.{stack}.yaml").write_text(SETTINGS)
    chance = random.Random(2)
    for first in range(0, entries, per_file):
        defaults = f"defaults:\n  timezone: {chance.choice(_ZONES)}\n  labels: {{tier: gold}}\n"
        head = f"owner: team-{first % 3}\n{defaults}schedules:\n"
        body = "".join(_entry(number, chance) for number in range(first, min(first + per_file, entries)))
        part = catalog / f"{first // per_file // 1000:03}"
        part.mkdir(exist_ok=True)
        (part / f"team-{first:06}.yaml").write_text(head + body)
    return catalog


def _entry(number: int, chance: random.Random) -> str:
    words = [chance.choice(_WORDS) for _ in range(8)]
    lines = [
        f"  {words[0]}-{words[1]}-{number:06}:",
        f"    description: {words[2].title()} the {words[3]} of the {words[4]} {number}",
        *_timing(number, chance),
        "    timeout_seconds: 20",
        f"    retry: {{max_attempts: {chance.randint(2, 9)}, max_age_minutes: {chance.randint(5, 600)}}}",
        *_stacks(number),
        "    request:",
        *_target(number, words),
        f"      method: {chance.choice(('POST', 'PUT', 'PATCH'))}",
        f"      headers: {{X-Team: team-{number % 3}, X-Trace: {words[5]}-{number}}}",
        "      params:",
        f"        limit: {chance.randint(10, 500)}",
        f"        state: [open, {words[6]}]",
        "      auth: {type: bearer, secret: billing-token}",
        "      body:",
        f"        mode: {words[7]}",
        '        at: "<aws.scheduler.scheduled-time>"',
        "        options:",
        f"          dry_run: {chance.choice(('true', 'false'))}",
        f"          targets: [{', '.join(words[:4])}]",
    ]
    return "\n".join(lines) + "\n"


def _timing(number: int, chance: random.Random) -> Iterator[str]:
    minute, hour = chance.randint(0, 59), chance.randint(0, 23)
    if number % 10 == 0:
        yield f"    rate: {chance.randint(2, 90)} minutes"
    elif number % 10 == 1:
        day = f"{chance.randint(2030, 2040)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        yield f"    at: {day}T{hour:02}:{minute:02}"
    elif number % 10 < 6:
        yield f'    cron: "{minute} {hour} ? * {chance.choice(_DAYS)} *"'
    else:
        yield f'    cron: "{minute} {hour} {chance.randint(1, 28)} * ? *"'


def _stacks(number: int) -> Iterator[str]:
    if number % 5 == 0:
        yield "    stacks: {prod: {}, dev: {enabled: false}}"
    elif number % 5 == 1:
        yield "    stacks: [prod]"


def _target(number: int, words: list[str]) -> Iterator[str]:
    if number % 8 == 0:
        yield f"      url: https://hooks.example.com/{words[0]}/{number}"
    else:
        yield f"      service: {('billing', 'crm')[number % 2]}"
        yield f"      path: /api/v1/{words[0]}/{words[1]}/{number}"
