"""CloudWatch's embedded metric format, as its specification states it, to hold log lines to.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import Any

import jsonschema

_UNITS = (
    "Seconds|Microseconds|Milliseconds|Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|"
    "Terabits|Percent|Count|None"
)
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "additionalProperties": False,
            "properties": {
                "Timestamp": {"type": "integer"},
                "CloudWatchMetrics": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["Namespace", "Dimensions", "Metrics"],
                        "additionalProperties": False,
                        "properties": {
                            "Namespace": {"type": "string", "minLength": 1, "maxLength": 1024},
                            "Dimensions": {
                                "type": "array",
                                "minItems": 1,
                                "items": {
                                    "type": "array",
                                    "maxItems": 30,
                                    "items": {"type": "string", "minLength": 1, "maxLength": 250},
                                },
                            },
                            "Metrics": {
                                "type": "array",
                                "maxItems": 100,
                                "items": {
                                    "type": "object",
                                    "required": ["Name"],
                                    "additionalProperties": False,
                                    "properties": {
                                        "Name": {"type": "string", "minLength": 1, "maxLength": 1024},
                                        "Unit": {"type": "string", "pattern": f"^(?:(?:{_UNITS})(?:/Second)?)$"},
                                        "StorageResolution": {"enum": [1, 60]},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        }
    },
}
_VALIDATOR: Any = jsonschema.Draft7Validator(_SCHEMA)
Point = tuple[str, tuple[tuple[str, str], ...]]


def points(line: dict[str, Any]) -> dict[Point, float]:
    """The data points that CloudWatch makes of a line, by metric and dimensions; an AssertionError if it refuses it."""
    _VALIDATOR.validate(line)
    found: dict[Point, float] = {}
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            value = line[metric["Name"]]
            assert isinstance(value, int | float)
            assert not isinstance(value, bool)
            for names in directive["Dimensions"]:
                point = (metric["Name"], tuple((name, _dimension(line[name])) for name in names))
                assert point not in found, "the same point twice counts twice"
                found[point] = value
    return found


def moment(line: dict[str, Any]) -> datetime:
    """When the points of a line are: the format counts milliseconds."""
    return datetime.fromtimestamp(line["_aws"]["Timestamp"] / 1000, UTC)


def names(line: dict[str, Any]) -> set[str]:
    """The metrics of a line."""
    return set(
        chain.from_iterable((one["Name"] for one in each["Metrics"]) for each in line["_aws"]["CloudWatchMetrics"])
    )


def _dimension(value: object) -> str:
    """A dimension's value, by the limits of PutMetricData's Dimension too."""
    assert isinstance(value, str)
    assert 1 <= len(value) <= 1024
    assert value.isascii()
    assert value.isprintable()
    assert value.strip()
    assert not value.startswith(":")
    return value
