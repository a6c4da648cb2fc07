"""Two examples worked by hand, as data: a setting and the figures expected under each policy.

Any engine can be held against them. Keys of ``expected`` are the field names of
``reference.Result``; ``decisions`` are (request index, model, mask before, mask after, Eq. 7).

Example 1: three models A, B, C (rows 0, 1, 2), six requests in three slots, the middle one empty.

    request index  0  1  2 |  | 3  4  5        slots [[A, A, B], [], [C, B, A]]

    model   storage  GPU  power   8 s/B   I/O  inference   delay = (4) + (5) + (6)
    A       10       4    0.1      8      1    0.5          9.5
    B       20       2    0.2     16      2    1           19
    C       30       1    0.3     24      4    2           30

S = 50 (A + B 30, A + C 40, B + C exactly 50, all three 60: too much), G = 6 (A + B exactly 6, all
three 7: too much), E - E_0 = 0.8 - 0.3 = 0.5 (B + C 0.5, all three 0.6: too much): any two models
fit, three never do.

A trace: n_A = 3, n_B = 2, n_C = 1 of n = 6, so 1/alpha = 1/2, 1/3, 1/6, and evicting costs (Eq. 7)
A 9.5/2 = 4.75, B 19/3 = 6.3333..., C 30/6 = 5. Resource cost (Eq. 10, gb, beta 3): A 10 + 12 = 22,
B 20 + 6 = 26, C 30 + 3 = 33. Weights: w_delay 2, w_resource 0.45.

Masks: A 1, B 2, A+B 3, C 4, A+C 5, B+C 6. Requests 0 (A, from empty) and 2 (B, from {A}) miss under
every policy and 1 (A) hits, so slot 0 waits 9.5 + 19 = 28.5 s and downloads 10 + 20 = 30 GB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reference import Setting


@dataclass
class Expected:
    """What one policy must produce: field -> figure. ``max_models`` is for lru-cap alone."""

    policy: str
    figures: dict[str, Any]
    max_models: int = 1


A, B, C = 0, 1, 2

SETTING = Setting(
    storage=[10, 20, 30],
    gpu=[4, 2, 1],
    power=[0.1, 0.2, 0.3],
    io_delay=[1, 2, 4],
    inference_delay=[0.5, 1, 2],
    S=50,
    G=6,
    E=0.8,
    E0=0.3,
    B=10,
    w_delay=2,
    w_resource=0.45,
    beta=3,
    slots=[[A, A, B], [], [C, B, A]],
)

FIFO = Expected(
    "fifo",
    {
        # request 3, C from {A, B}: A was deployed at 0, B at 2, so A leaves -> {B, C}
        # request 4, B: hit. Request 5, A from {B, C}: B deployed at 2, C at 3, B leaves -> {A, C}
        "decisions": [
            (0, A, 0, 1, 0),
            (2, B, 1, 3, 0),
            (3, C, 3, 6, 4.75),
            (5, A, 6, 5, 19 / 3),
        ],
        "slot_deployed": [3, 3, 5],
        "slot_hits": [1, 0, 1],
        "slot_misses": [2, 0, 2],
        "slot_rejected": [0, 0, 0],
        "slot_evictions": [0, 0, 2],
        "slot_switching_cost": [0, 0, 4.75 + 19 / 3],  # 11.08333
        "slot_storage_cost": [30, 30, 40],
        "slot_gpu_cost": [6, 6, 5],
        "slot_resource_cost": [48, 48, 55],  # 22 + 26, the same, 22 + 33
        "slot_miss_delay_s": [28.5, 0, 39.5],  # last: C 30 + A 9.5
        "slot_downloaded_gb": [30, 0, 40],  # last: C 30 + A 10
        "switching_cost": 7.388888888888889,  # 2 * 11.08333 / 3
        "resource_cost": 22.65,  # 0.45 * 151 / 3
        "average_cost": 30.038888888888889,  # the sum of the two
        "realised_cost": 67.98333333333333,  # (2 * 68 + 0.45 * 151) / 3 = 203.95 / 3
        "hit_ratio": 0.3333333333333333,  # 2 of 6
        "mean_service_delay_s": 11.583333333333334,  # misses 68 + hits A 0.5 and B 1, over 6
        # 0.5, 1, 9.5, 9.5, 19, 30: position 0.95 * 5 = 4.75, 19 + 0.75 * 11
        "p95_service_delay_s": 27.25,
        "downloaded_gb": 70,
        "mean_deployed": 2,
    },
)

LRU = Expected(
    "lru",
    {
        # request 3, C from {A, B}: A last asked for at 1, B at 2, so A leaves -> {B, C}
        # request 4, B: hit. Request 5, A from {B, C}: C last at 3, B at 4, C leaves -> {A, B}
        "decisions": [
            (0, A, 0, 1, 0),
            (2, B, 1, 3, 0),
            (3, C, 3, 6, 4.75),
            (5, A, 6, 3, 5),
        ],
        "slot_deployed": [3, 3, 3],
        "slot_hits": [1, 0, 1],
        "slot_misses": [2, 0, 2],
        "slot_rejected": [0, 0, 0],
        "slot_evictions": [0, 0, 2],
        "slot_switching_cost": [0, 0, 9.75],  # 4.75 + 5
        "slot_storage_cost": [30, 30, 30],
        "slot_gpu_cost": [6, 6, 6],
        "slot_resource_cost": [48, 48, 48],
        "slot_miss_delay_s": [28.5, 0, 39.5],
        "slot_downloaded_gb": [30, 0, 40],
        "switching_cost": 6.5,  # 2 * 9.75 / 3
        "resource_cost": 21.6,  # 0.45 * 144 / 3
        "average_cost": 28.1,
        "realised_cost": 66.93333333333334,  # (2 * 68 + 0.45 * 144) / 3 = 200.8 / 3
        "hit_ratio": 0.3333333333333333,
        "mean_service_delay_s": 11.583333333333334,  # the same hits and misses as fifo
        "p95_service_delay_s": 27.25,
        "downloaded_gb": 70,
        "mean_deployed": 2,
    },
)

LFU = Expected(
    "lfu",
    {
        # request 3, C from {A, B}: A asked for twice, B once, so B leaves -> {A, C}
        # request 4, B from {A, C}: C once, A twice, C leaves -> {A, B}. Request 5, A: hit
        "decisions": [
            (0, A, 0, 1, 0),
            (2, B, 1, 3, 0),
            (3, C, 3, 5, 19 / 3),
            (4, B, 5, 3, 5),
        ],
        "slot_deployed": [3, 3, 3],
        "slot_hits": [1, 0, 1],
        "slot_misses": [2, 0, 2],
        "slot_rejected": [0, 0, 0],
        "slot_evictions": [0, 0, 2],
        "slot_switching_cost": [0, 0, 11.333333333333334],  # 19/3 + 5
        "slot_storage_cost": [30, 30, 30],
        "slot_gpu_cost": [6, 6, 6],
        "slot_resource_cost": [48, 48, 48],
        "slot_miss_delay_s": [28.5, 0, 49],  # last: C 30 + B 19
        "slot_downloaded_gb": [30, 0, 50],  # last: C 30 + B 20
        "switching_cost": 7.555555555555555,  # 2 * 11.33333 / 3
        "resource_cost": 21.6,
        "average_cost": 29.155555555555555,
        "realised_cost": 73.26666666666667,  # (2 * 77.5 + 64.8) / 3 = 219.8 / 3
        "hit_ratio": 0.3333333333333333,
        "mean_service_delay_s": 13.083333333333334,  # (77.5 + A 0.5 + A 0.5) / 6 = 78.5 / 6
        # 0.5, 0.5, 9.5, 19, 19, 30: position 4.75, 19 + 0.75 * 11
        "p95_service_delay_s": 27.25,
        "downloaded_gb": 80,
        "mean_deployed": 2,
    },
)

LRU_CAP_1 = Expected(
    "lru-cap",
    {
        # only the last model asked for is held; request 1 is the one hit
        "decisions": [
            (0, A, 0, 1, 0),
            (2, B, 1, 2, 4.75),
            (3, C, 2, 4, 19 / 3),
            (4, B, 4, 2, 5),
            (5, A, 2, 1, 19 / 3),
        ],
        "slot_deployed": [2, 2, 1],
        "slot_hits": [1, 0, 0],
        "slot_misses": [2, 0, 3],
        "slot_rejected": [0, 0, 0],
        "slot_evictions": [1, 0, 3],
        "slot_switching_cost": [4.75, 0, 17.666666666666668],  # last: 19/3 + 5 + 19/3
        "slot_storage_cost": [20, 20, 10],
        "slot_gpu_cost": [2, 2, 4],
        "slot_resource_cost": [26, 26, 22],
        "slot_miss_delay_s": [28.5, 0, 58.5],  # last: 30 + 19 + 9.5
        "slot_downloaded_gb": [30, 0, 60],
        "switching_cost": 14.944444444444445,  # 2 * 22.41667 / 3
        "resource_cost": 11.1,  # 0.45 * 74 / 3
        "average_cost": 26.044444444444444,
        "realised_cost": 69.1,  # (2 * 87 + 33.3) / 3 = 207.3 / 3
        "hit_ratio": 0.16666666666666666,
        "mean_service_delay_s": 14.583333333333334,  # (87 + 0.5) / 6
        # 0.5, 9.5, 9.5, 19, 19, 30: position 4.75, 19 + 0.75 * 11
        "p95_service_delay_s": 27.25,
        "downloaded_gb": 90,
        "mean_deployed": 1,
    },
    max_models=1,
)

EXACT = Expected(
    "exact",
    {
        # what keeping is worth, w_delay * delay/alpha - w_resource * resource:
        #   A 9.5 - 9.9 = -0.4, B 38/3 - 11.7 = 0.96667, C 10 - 14.85 = -4.85
        # request 2, B from {A}: both fit, A is not worth keeping -> {B}
        # request 3, C from {B}: B + C fit, B is worth keeping -> {B, C}. Request 4, B: hit
        # request 5, A from {B, C}: keep B, not C -> {A, B}
        "decisions": [
            (0, A, 0, 1, 0),
            (2, B, 1, 2, 4.75),
            (3, C, 2, 6, 0),
            (5, A, 6, 3, 5),
        ],
        "slot_deployed": [2, 2, 3],
        "slot_hits": [1, 0, 1],
        "slot_misses": [2, 0, 2],
        "slot_rejected": [0, 0, 0],
        "slot_evictions": [1, 0, 1],
        "slot_switching_cost": [4.75, 0, 5],
        "slot_storage_cost": [20, 20, 30],
        "slot_gpu_cost": [2, 2, 6],
        "slot_resource_cost": [26, 26, 48],
        "slot_miss_delay_s": [28.5, 0, 39.5],
        "slot_downloaded_gb": [30, 0, 40],
        "switching_cost": 6.5,  # 2 * 9.75 / 3
        "resource_cost": 15.0,  # 0.45 * 100 / 3
        "average_cost": 21.5,
        "realised_cost": 60.333333333333336,  # (2 * 68 + 45) / 3 = 181 / 3
        "hit_ratio": 0.3333333333333333,
        "mean_service_delay_s": 11.583333333333334,
        "p95_service_delay_s": 27.25,
        "downloaded_gb": 70,
        "mean_deployed": 1.3333333333333333,  # 1, 1, 2
    },
)

EXPECTED = [FIFO, LRU, LFU, LRU_CAP_1, EXACT]

# Clairvoyant optima of example 1, times T = 3 slots.
#
# Eq. 11. Slots 0 and 1 end with {B}: drop A, 9.5 + 0.45 * 2 * 26 = 32.9, or {A, B}: 0.45 * 2 * 48
# = 43.2. Then C, B, A are asked for.
#   From {B}: keep B beside C, B hits, and A from {B, C} leaves {A, B}: 10 + 21.6 = 31.6, {A}:
#   2 * (19/3 + 5) + 9.9 = 32.57 or {A, C}: 12.67 + 24.75 = 37.42. Dropping B at C costs 12.67 more
#   and saves nothing. Best: 32.9 + 31.6 = 64.5, the path of exact.
#   From {A, B} C evicts something, at least 9.5; then C is evicted, 10, and at least {A} held, 9.9,
#   or {A, C} held at the end, 24.75: at least 43.2 + 29.4 = 72.6.
# Realised. A, B, C each miss at least once: 2 * (9.5 + 19 + 30) = 117. Dropping A at request 2
# makes it miss again at the end, 19, and saves 0.45 * 2 * 22 = 19.8, so do. Keep B beside C (a
# miss of B is 38). Hold {A} alone at the end: 0.45 * (26 + 26 + 22) = 33.3. Sum 169.3.
CLAIRVOYANT = {"eq11": 21.5, "realised": 169.3 / 3}

# Example 2: true rates, ``share``, a rejected model and a decision that evicts two models.
#
#   model   storage  GPU  power   8 s/B   I/O  inference   delay   lambda   1/alpha
#   P (0)    2       1    0.1      2      1    0.5          3.5    1        1/2
#   Q (1)    3       1    0.1      3      1    0.5          4.5    0.5      1/4
#   R (2)    6       2    0.1      6      1    1            8      0.25     1/8
#   X (3)   20       1    0.1     20      1    1           22      0.25     1/8
#
# S = 7, G = 4, E - E_0 = 0.5, B = 8; slots [[P, Q], [X, R, X]]. X never fits: rejected, twice. R
# with P is 8 GB and with Q 9 GB, so R evicts both: 3.5/2 + 4.5/4 = 1.75 + 1.125 = 2.875.
# Resource cost (share, beta 2): {P, Q} 5/7 + 2 * 2/4 = 12/7, {R} 6/7 + 2 * 2/4 = 13/7.
# Weights: w_delay 1, w_resource 0.7. fifo, lru, lfu and lru-cap with k = 2 all do this. exact
# does too: keeping P is worth 1.75 - 0.7 * (2/7 + 1/2) = 1.2 at request 1,
# and nothing fits beside R.
SETTING_2 = Setting(
    storage=[2, 3, 6, 20],
    gpu=[1, 1, 2, 1],
    power=[0.1, 0.1, 0.1, 0.1],
    io_delay=[1, 1, 1, 1],
    inference_delay=[0.5, 0.5, 1, 1],
    S=7,
    G=4,
    E=1,
    E0=0.5,
    B=8,
    w_delay=1,
    w_resource=0.7,
    beta=2,
    resource_unit="share",
    slots=[[0, 1], [3, 2, 3]],
    rates=[1, 0.5, 0.25, 0.25],
)

FIGURES_2: dict[str, Any] = {
    "decisions": [(0, 0, 0, 1, 0), (1, 1, 1, 3, 0), (3, 2, 3, 4, 2.875)],
    "slot_deployed": [3, 4],
    "slot_hits": [0, 0],
    "slot_misses": [2, 1],
    "slot_rejected": [0, 2],
    "slot_evictions": [0, 2],
    "slot_switching_cost": [0, 2.875],
    "slot_storage_cost": [5, 6],
    "slot_gpu_cost": [2, 2],
    "slot_resource_cost": [1.7142857142857142, 1.8571428571428572],  # 12/7, 13/7
    "slot_miss_delay_s": [8, 8],  # 3.5 + 4.5, then 8; rejected requests wait for nothing
    "slot_downloaded_gb": [5, 6],
    "switching_cost": 1.4375,  # 2.875 / 2
    "resource_cost": 1.25,  # 0.7 * (25/7) / 2
    "average_cost": 2.6875,
    "realised_cost": 9.25,  # (16 + 2.5) / 2
    "hit_ratio": 0,
    "mean_service_delay_s": 5.333333333333333,  # (3.5 + 4.5 + 8) / 3
    "p95_service_delay_s": 7.65,  # position 0.95 * 2 = 1.9: 4.5 + 0.9 * 3.5
    "downloaded_gb": 11,
    "mean_deployed": 1.5,
}

EXPECTED_2 = [
    Expected("fifo", FIGURES_2),
    Expected("lru", FIGURES_2),
    Expected("lfu", FIGURES_2),
    Expected("lru-cap", FIGURES_2, max_models=2),
    Expected("exact", FIGURES_2),
]

# Clairvoyant optima of example 2, times T = 2: as above, but P is dropped already at request 1,
# for the same 1.75, and slot 0 ends with {Q}, 3/7 + 1/2 = 13/14 instead of 12/7: 0.7 * 11/14 = 0.55
# saved. 5.375 - 0.55 = 4.825 for Eq. 11, 18.5 - 0.55 = 17.95 realised.
CLAIRVOYANT_2 = {"eq11": 2.4125, "realised": 8.975}
