"""The receiver's page: the last calls, for a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.receiver.received import Received

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.3rem; margin-bottom: 0 } header p { margin-top: .2rem; opacity: .7 }
details { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .45rem 0 }
summary { display: grid; grid-template-columns: 5.5rem 5rem 14rem 1fr; gap: 1rem; cursor: pointer }
summary span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
code, pre { font: 13px/1.45 ui-monospace, monospace }
pre { overflow-x: auto; padding: .7rem; border-radius: 6px }
pre { background: color-mix(in srgb, currentColor 7%, transparent) }
"""


def page(calls: Sequence[Received], now: datetime) -> str:
    """Return the whole page, the newest call first."""
    shown = "\n".join(_call(call) for call in reversed(calls)) or "<p>Nothing yet: the next fire will show up here.</p>"
    noun = "call" if len(calls) == 1 else "calls"
    said = f"The last {len(calls)} {noun} that would have left this machine."
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5"><title>Receiver</title>
<link rel="icon" href="data:,"><style>{_STYLE}</style></head>
<body><header><h1>Receiver</h1><p>{said} {now:%H:%M:%S} UTC, renewed every 5 seconds.</p></header>
{shown}
</body></html>"""


def _call(call: Received) -> str:
    names = ", ".join(call.header_names)
    where = escape(call.host + call.path)
    cut = "" if call.length <= len(call.body) else f"<p>The first {len(call.body)} of {call.length} bytes.</p>"
    body = f"<pre>{escape(_text(call.body))}</pre>{cut}" if call.body else "<p>No body.</p>"
    cells = (f"{call.at:%H:%M:%S}", escape(call.method), escape(call.schedule) or "&ndash;", f"<code>{where}</code>")
    summary = "".join(f"<span>{cell}</span>" for cell in cells)
    return f"<details><summary>{summary}</summary><p>Headers: {escape(names)}</p>{body}</details>"


def _text(body: bytes) -> str:
    """Indented JSON where it is JSON."""
    text = body.decode(errors="replace")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
