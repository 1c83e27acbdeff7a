"""Remind a customer that a payment is about to expire, unless it was paid meanwhile.

The tables `orders` (id, paid) and `reminders` (order_id, run_key) are the application's, in the database of the tasks.
"""

from __future__ import annotations

from callback_api.handlers import Call, PermanentError, task


@task("payment-expiry-reminder")
def remind(call: Call) -> dict[str, bool]:
    """Write the reminder in the transaction that completes the task: so it is written once, despite retries."""
    from sqlalchemy import text

    order = call.data["order"]
    paid = call.connection.execute(text("select paid from orders where id = :id"), {"id": order}).scalar()
    if paid is None:
        raise PermanentError(f"there is no order {order}")
    if not paid:
        insert = text("insert into reminders (order_id, run_key) values (:order, :run)")
        call.connection.execute(insert, {"order": order, "run": call.run_key})
    return {"reminded": not paid}
