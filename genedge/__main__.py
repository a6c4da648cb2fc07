"""``python -m genedge``."""

import sys

from genedge.cli import main

sys.exit(main())
