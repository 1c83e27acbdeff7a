"""Tasks in a table of DynamoDB."""

from __future__ import annotations

from callback_api.storage.dynamodb.client import new_client
from callback_api.storage.dynamodb.store import DynamoTaskStore
from callback_api.storage.dynamodb.table_keys import ACTIONS, TABLE_KEYS

__all__ = ("ACTIONS", "TABLE_KEYS", "DynamoTaskStore", "new_client")
