"""Send a mail some time after a user joined, by the SMTP server of SMTP_HOST and SMTP_PORT."""

from __future__ import annotations

import os
import smtplib
from email.message import EmailMessage

from anyio import to_thread

from callback_api.handlers import Call, PermanentError, task

SECONDS = 10


@task("send-welcome-email")
async def welcome(call: Call) -> None:
    """Send the mail; an address that the server refuses is final, any other failure is retried."""
    await to_thread.run_sync(_send, _message(call))


def _message(call: Call) -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = f"<{call.run_key}@example.com>"  # a mail program shows it once, even if it is sent twice
    message["From"], message["To"] = "hello@example.com", call.data["address"]
    message["Subject"] = "Welcome"
    message.set_content(f"Hello {call.data['name']}, good that you are here.")
    return message


def _send(message: EmailMessage) -> None:
    host, port = os.environ.get("SMTP_HOST", "127.0.0.1"), int(os.environ.get("SMTP_PORT", "25"))
    with smtplib.SMTP(host, port, timeout=SECONDS) as server:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if min(codes) >= 500:
                raise PermanentError(f"the address was refused: {codes}") from error
            raise
