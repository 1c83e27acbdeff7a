"""The catalog files of which the browser shows the report."""

from __future__ import annotations

CATALOG = """
owner: billing
schedules:
  close-invoices:
    description: Close the day's invoices
    cron: "0 9 * * ? *"
    timezone: Asia/Seoul
    stacks: [dev, prod]
    request: {service: callback, path: /close}
  remind:
    cron: "30 10 ? * MON-FRI *"
    timezone: Europe/Paris
    stacks: [prod]
    request: {service: callback, path: /remind}
"""
OTHER = """
owner: ops
schedules:
  heartbeat: {rate: 1 minute, request: {url: "https://status.example.com/beat"}}
  off: {rate: 1 day, enabled: false, request: {service: callback, path: /off}}
  later: {at: 2027-03-01T09:00, timezone: UTC, request: {service: callback, path: /later}}
"""
