"""The keys of the table, for whoever makes it, and what its user has to be allowed.

The two indexes hold keys alone: they say where to look, and what is said of a task is read from the table itself.
"""

from __future__ import annotations

from typing import Any

GSI1, GSI2 = "gsi1", "gsi2"
"""The names of the indexes; the key attributes are `pk`, `sk`, and those with the name of the index before them."""

TABLE_KEYS: dict[str, Any] = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk")
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": index,
            "KeySchema": [
                {"AttributeName": f"{index}pk", "KeyType": "HASH"},
                {"AttributeName": f"{index}sk", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
        for index in (GSI1, GSI2)
    ],
    "BillingMode": "PAY_PER_REQUEST",
}
"""Arguments of CreateTable, but for the name."""

ACTIONS = (
    "dynamodb:BatchGetItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)
"""What the store does with the table, and with its indexes (Query); a transaction needs no action of its own."""
