"""`python -m schedule_catalog.cli` is `schedules`."""

from __future__ import annotations

import sys

from schedule_catalog.cli.main import main

sys.exit(main())
