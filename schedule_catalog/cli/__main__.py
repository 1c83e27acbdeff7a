"""Entry point of `python -m schedule_catalog.cli`, which is `schedules`."""

from __future__ import annotations

import sys

from schedule_catalog.cli.main import main

sys.exit(main())
