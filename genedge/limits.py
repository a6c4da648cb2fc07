"""Every limit of genedge in one place, each with its reason.

The model itself (equations 1 to 12) has no limits; these keep one machine responsive and every
intermediate sum finite.
"""

from __future__ import annotations

from typing import Final

MEGABYTE: Final = 1024 * 1024

#: A catalog is edited and charted row by row; beyond this neither is of use to anyone.
MAX_MODELS: Final = 1000

#: Per-slot ledgers stay below some tens of megabytes per policy.
MAX_SLOTS: Final = 1_000_000

#: One replay stays within a second and its request arrays within tens of megabytes.
MAX_REQUESTS: Final = 5_000_000

#: Standard errors have shrunk thirtyfold by then; more only costs time.
MAX_REPLICATIONS: Final = 1000

#: A thousand catalog rows need a few hundred kilobytes; more is the wrong file.
MAX_CATALOG_BYTES: Final = 20 * MEGABYTE

#: Five million trace rows of forty characters, and what the upload widget takes by default.
MAX_TRACE_BYTES: Final = 200 * MEGABYTE

#: The dynamic programmes walk all 2^M deployments, 65,536 at this size.
MAX_PLANNED_MODELS: Final = 16

#: Browsers, mail programs and chat windows begin to cut longer links.
MAX_LINK_CHARACTERS: Final = 6000

#: A scenario with a full catalog is below 200 KB; a link must not unpack into a memory bomb.
MAX_SCENARIO_BYTES: Final = 2 * MEGABYTE

#: Longer names fit in no chart legend and no table column.
MAX_NAME_CHARACTERS: Final = 200

#: Any size, power or delay: sums over all models and requests stay far from overflow.
MAX_QUANTITY: Final = 1e9

#: One bit per second; a slower link makes transmission delays overflow.
MIN_BANDWIDTH_GBPS: Final = 1e-9

#: The difference of any two times of a trace must stay finite.
MAX_TIMESTAMP_S: Final = 1e300

#: One nanosecond; binary64 times tell nothing shorter apart.
MIN_SLOT_SECONDS: Final = 1e-9

#: The widest log format we know, one column a minute over a day, has 1,443 columns.
MAX_COLUMNS: Final = 2000

#: One line of a file; keeps a file without line breaks from becoming one gigantic row.
MAX_LINE_CHARACTERS: Final = 131_072

#: Requests x deployments x models that a clairvoyant plan may walk: minutes, not hours.
MAX_PLANNING_STEPS: Final = 1e11

#: Sets that one sweep of the best online policy by slot may compare: two seconds, of some thirty.
MAX_SWEEP_STEPS: Final = 5e9
