"""Proxy on Lambda, created at import: Lambda gives the import a whole CPU, and a call a share of one."""

from __future__ import annotations

import os

from proxy.handler import Proxy
from proxy.settings import packaged_settings

handle = Proxy.from_environment(os.environ, packaged_settings()).handle
