"""The order of events: requests, decisions, ends of slots, and what is counted."""

from typing import Final

from genedge.equations.parts import REPLAY

EVENTS_INTRODUCTION: Final = (
    "The same formulas give different figures if things happen in another order, so the order is "
    "fixed:"
)

EVENTS: Final = (
    "The edge starts **empty**. Time runs in **slots** 0 to $T-1$; a slot holds the requests that "
    "arrive in it, one after the other.",
    "Each **request** is handled at once. First of all its model's count and the time it was last "
    "asked for are updated.",
    "The model is deployed: a **hit**. The service delay is the inference delay (6).",
    "The model is too big even for the empty server: the request is **rejected**. That is not a "
    "miss: nothing is decided, nobody waits, nothing is downloaded, and you are warned.",
    "Otherwise it is a **miss**, and a **decision** is taken, always, even if the model would fit "
    "beside what is there. It must deploy the requested model and satisfy (1) to (3). The service "
    "delay is $\\mathrm{delay}_m$, and $s_m$ gigabytes are downloaded.",
    "The decision's **switching cost** (7) is charged at once.",
    "At the **end of every slot**, requests or not, the resource cost (10) of what is deployed is "
    "charged.",
)
"""The order of events, one step each."""

EVENT_DETAILS: Final = (
    "**Figures.** Requests are hits, misses and rejected ones together. Hit ratio is hits / "
    "requests, miss ratio misses / requests. Mean and 95th percentile of the service delay are "
    "over hits and misses (linear interpolation between neighbours; 0 if there are none).",
    "**A generated workload** draws a Poisson number of requests for each model and slot; their "
    "order within the slot is shuffled uniformly.",
    "**A trace file** has the columns `timestamp_s,model[,count]`. Rows are sorted by time, rows "
    "of the same time keeping their order. A count stands for that many requests (blank is 1, 0 is "
    "none). The first request opens slot 0; a request belongs to slot "
    "$\\lfloor (t - t_{\\mathrm{first}}) / \\text{slot length} \\rfloor$; `--slots` cuts the trace "
    "there. A model that the catalog does not know, or no request at all, is an error.",
)

REPLAY_CODE: Final = REPLAY + "replay"
