"""Keys of the table, to create it, and the permissions of its user.

The two indexes contain only keys, for positions; the data of a task is read from the table itself.
"""

from __future__ import annotations

from typing import Any

GSI1, GSI2 = "gsi1", "gsi2"
"""Names of the indexes; the key attributes are `pk`, `sk`, and those with the name of the index before them."""

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
"""Arguments of CreateTable, except the name."""

ACTIONS = (
    "dynamodb:BatchGetItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)
"""Actions of the store on the table, and on its indexes (Query); a transaction needs no further action."""
