"""The model in plain Python: slow, short and meant to be obviously right.

This package restates equations 1-12 and the order of events of the deployment model with sets,
dictionaries and floats. It shares no code with the compiled engine, which is the point: tests
compare the two. A set of deployed models appears as a set of catalog rows inside a computation
and as a bit mask (row j is bit j) wherever it is recorded or handed to a callback.

The bounds (clairvoyant optima, best online policies) are in ``reference_bounds``.
"""

from reference.equations import (
    SLACK,
    delay,
    eq1_storage_fits,
    eq2_gpu_fits,
    eq3_power_fits,
    eq4_transmission_delay,
    eq5_io_delay,
    eq6_inference_delay,
    eq7_switching_cost,
    eq8_storage_cost,
    eq9_gpu_cost,
    eq10_resource_cost,
    eq11_average_cost,
    eq12_decision_cost,
    eq12_fitness,
    fits,
)
from reference.replay import Choose, Decision, Result, best_of, exact_decision, simulate
from reference.requests import (
    all_requests,
    arrival_rates,
    deciding_inverse_cycle,
    decision_horizon,
    geometric_rates,
    known_inverse_cycle,
    order_by_names,
)
from reference.setting import Setting, mask_of, rows_of, subsets

__all__ = [
    "SLACK",
    "Choose",
    "Decision",
    "Result",
    "Setting",
    "all_requests",
    "arrival_rates",
    "best_of",
    "deciding_inverse_cycle",
    "decision_horizon",
    "delay",
    "eq1_storage_fits",
    "eq2_gpu_fits",
    "eq3_power_fits",
    "eq4_transmission_delay",
    "eq5_io_delay",
    "eq6_inference_delay",
    "eq7_switching_cost",
    "eq8_storage_cost",
    "eq9_gpu_cost",
    "eq10_resource_cost",
    "eq11_average_cost",
    "eq12_decision_cost",
    "eq12_fitness",
    "exact_decision",
    "fits",
    "geometric_rates",
    "known_inverse_cycle",
    "mask_of",
    "order_by_names",
    "rows_of",
    "simulate",
    "subsets",
]
