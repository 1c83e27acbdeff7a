"""The proxy on Lambda, put together while it is imported: Lambda gives that a whole CPU, and a call a share of one."""

from __future__ import annotations

import os

from proxy.handler import Proxy
from proxy.settings import packaged_settings

handle = Proxy.from_environment(os.environ, packaged_settings()).handle
