"""Equations 1 to 12, one function each."""

from __future__ import annotations

from collections.abc import Collection

from reference.requests import decision_horizon
from reference.setting import Setting

SLACK = 1e-9
"""Equations 1-3 read "at most capacity * (1 + SLACK)"."""


def eq1_storage_fits(setting: Setting, rows: Collection[int]) -> bool:
    """Eq. 1: the storage of the deployed models is at most S."""
    return sum(setting.storage[m] for m in rows) <= setting.S * (1 + SLACK)


def eq2_gpu_fits(setting: Setting, rows: Collection[int]) -> bool:
    """Eq. 2: the GPU memory of the deployed models is at most G."""
    return sum(setting.gpu[m] for m in rows) <= setting.G * (1 + SLACK)


def eq3_power_fits(setting: Setting, rows: Collection[int]) -> bool:
    """Eq. 3: the power of the deployed models is at most E - E_0."""
    return sum(setting.power[m] for m in rows) <= (setting.E - setting.E0) * (1 + SLACK)


def fits(setting: Setting, rows: Collection[int]) -> bool:
    """Whether a deployment satisfies Eq. 1-3."""
    return (
        eq1_storage_fits(setting, rows)
        and eq2_gpu_fits(setting, rows)
        and eq3_power_fits(setting, rows)
    )


def eq4_transmission_delay(setting: Setting, m: int) -> float:
    """Eq. 4: seconds to bring model m in, 8 s_m / B (GB to Gbit)."""
    return 8 * setting.storage[m] / setting.B


def eq5_io_delay(setting: Setting, m: int) -> float:
    """Eq. 5: seconds to load model m."""
    return setting.io_delay[m]


def eq6_inference_delay(setting: Setting, m: int) -> float:
    """Eq. 6: seconds of one inference of model m."""
    return setting.inference_delay[m]


def delay(setting: Setting, m: int) -> float:
    """delay_m, the sum of Eq. 4-6: what a request for an absent model waits."""
    return (
        eq4_transmission_delay(setting, m)
        + eq5_io_delay(setting, m)
        + eq6_inference_delay(setting, m)
    )


def eq7_switching_cost(
    setting: Setting, evicted: Collection[int], inverse_cycle: list[float]
) -> float:
    """Eq. 7: sum of delay_m / alpha_m over the evicted models; ``inverse_cycle`` is 1/alpha."""
    return sum(delay(setting, m) * inverse_cycle[m] for m in evicted)


def eq8_storage_cost(setting: Setting, rows: Collection[int]) -> float:
    """Eq. 8: GB of storage held."""
    return sum(setting.storage[m] for m in rows)


def eq9_gpu_cost(setting: Setting, rows: Collection[int]) -> float:
    """Eq. 9: GB of GPU memory held."""
    return sum(setting.gpu[m] for m in rows)


def eq10_resource_cost(setting: Setting, rows: Collection[int]) -> float:
    """Eq. 10: (8) + beta * (9), or the same with each taken as a share of its capacity."""
    storage, gpu = eq8_storage_cost(setting, rows), eq9_gpu_cost(setting, rows)
    if setting.resource_unit == "share":
        return storage / setting.S + setting.beta * gpu / setting.G
    return storage + setting.beta * gpu


def eq11_average_cost(setting: Setting, switching: list[float], resource: list[float]) -> float:
    """Eq. 11: mean over slots of w_delay * switching cost + w_resource * resource cost."""
    return sum(
        setting.w_delay * sw + setting.w_resource * res
        for sw, res in zip(switching, resource, strict=True)
    ) / len(switching)


def eq12_decision_cost(
    setting: Setting, before: Collection[int], after: Collection[int], inverse_cycle: list[float]
) -> float:
    """C(y) of Eq. 12, y = ``after``, with the horizon h.

    ``before`` is what is deployed at the decision or, where switching is charged by slot, what was
    deployed at the end of the slot before: whatever of it has already left costs the same
    whichever deployment follows, except that the requested model is back.
    """
    evicted = set(before) - set(after)
    return setting.w_delay * eq7_switching_cost(setting, evicted, inverse_cycle) + decision_horizon(
        setting
    ) * setting.w_resource * eq10_resource_cost(setting, after)


def eq12_fitness(
    setting: Setting, before: Collection[int], after: Collection[int], inverse_cycle: list[float]
) -> float:
    """Eq. 12: F = 1 / (1 + C(y))."""
    return 1 / (1 + eq12_decision_cost(setting, before, after, inverse_cycle))
