"""``python -m genedge``."""

import sys

from genedge.cli.main import main

sys.exit(main())
