"""Settings to try the reference on: a small one to work by hand, and random ones."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from reference import Choose, Setting

BASELINES = ["fifo", "lru", "lfu", "lru-cap", "exact"]


def small(**changes: Any) -> Setting:
    """Two models that fit together: delays 8 + 1 + 0.5 = 9.5 s and 16 + 2 + 1 = 19 s."""
    setting = Setting(
        storage=[10, 20],
        gpu=[1, 2],
        power=[0.1, 0.2],
        io_delay=[1, 2],
        inference_delay=[0.5, 1],
        S=30,
        G=3,
        E=1,
        E0=0.7,
        B=10,
        w_delay=2,
        w_resource=0.5,
        beta=3,
        slots=[[0, 1], [0, 0]],
    )
    return replace(setting, **changes)


def random_setting(random: Random, models: int, requests: int, **changes: Any) -> Setting:
    """Sizes on a coarse grid, capacities that bind, sometimes a model too big for the server."""
    storage = [float(random.randint(2, 12)) for _ in range(models)]
    gpu = [float(random.randint(1, 6)) for _ in range(models)]
    weights = [random.random() ** 2 + 0.05 for _ in range(models)]
    slots: list[list[int]] = [[] for _ in range(random.randint(1, 8))]
    for _ in range(requests):
        random.choice(slots).extend(random.choices(range(models), weights))
    setting = Setting(
        storage=storage,
        gpu=gpu,
        power=[random.randint(1, 4) / 8 for _ in range(models)],
        io_delay=[random.uniform(0.3, 20) for _ in range(models)],
        inference_delay=[random.uniform(0.05, 5) for _ in range(models)],
        S=float(random.randint(11, 36)),
        G=float(random.randint(5, 18)),
        E=2.0,
        E0=random.choice([0.5, 1.0]),
        B=random.choice([4.0, 10.0]),
        w_delay=random.choice([0.5, 1.0]),
        w_resource=random.choice([0.0, 0.01, 0.05, 0.3]),
        beta=random.choice([0.0, 1.0, 10.0]),
        resource_unit=random.choice(["gb", "share"]),
        slots=slots,
        rates=random.choice([None, [2 * weight for weight in weights]]),
    )
    return replace(setting, **changes)


def recorded(after: dict[int, int]) -> Choose:
    """Play decisions back: request index -> mask."""
    return lambda _mask, _m, request_index: after[request_index]
