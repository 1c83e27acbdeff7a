"""`python -m schedule_catalog.cli` is `schedules`."""

from __future__ import annotations

import sys

from .main import main

sys.exit(main())
