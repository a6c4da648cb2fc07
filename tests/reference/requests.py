"""What is known about the requests: rates, active cycles, and how far a decision looks ahead."""

from __future__ import annotations

from collections.abc import Sequence

from reference.setting import Setting


def geometric_rates(order: list[int], ratio: float, total: float) -> list[float]:
    """lambda_m where each row of ``order`` is asked for ``ratio`` times as often as the last."""
    weights = sum(ratio**place for place in range(len(order)))
    return [total * ratio ** order.index(m) / weights for m in range(len(order))]


def order_by_names(catalog: Sequence[str], named: Sequence[str]) -> list[int]:
    """Rows of the named models, then the others in catalog order."""
    rows = [list(catalog).index(name) for name in named]
    return rows + [m for m in range(len(catalog)) if m not in rows]


def all_requests(setting: Setting) -> list[int]:
    """Return the requested rows in order, without slots; positions are the request indices."""
    return [m for requests in setting.slots for m in requests]


def arrival_rates(setting: Setting) -> list[float]:
    """lambda_m in requests per slot: the true rates, or for a trace n_m / T."""
    if setting.rates is not None:
        return list(setting.rates)
    requests = all_requests(setting)
    return [requests.count(m) / len(setting.slots) for m in range(len(setting.storage))]


def decision_horizon(setting: Setting) -> float:
    """h: one slot, or with ``next-request`` 1 / Lambda slots (trace: Lambda = requests / T)."""
    if setting.decision_horizon == "slot":
        return 1.0
    if setting.rates is not None:
        return 1 / sum(setting.rates)
    return len(setting.slots) / len(all_requests(setting))


def known_inverse_cycle(setting: Setting) -> list[float]:
    """1/alpha_m in the ``known`` reading, which every ledger charges.

    lambda_m / Lambda of a generated workload, n_m / n over all requests of a trace.
    """
    models = range(len(setting.storage))
    if setting.rates is not None:
        total = sum(setting.rates)
        return [setting.rates[m] / total if setting.rates[m] > 0 else 0.0 for m in models]
    requests = all_requests(setting)
    return [requests.count(m) / len(requests) if m in requests else 0.0 for m in models]


def deciding_inverse_cycle(setting: Setting, request_index: int) -> list[float]:
    """1/alpha_m as a policy sees it at the decision for request number ``request_index``."""
    requests = all_requests(setting)
    models = range(len(setting.storage))
    if setting.active_cycle == "known":
        return known_inverse_cycle(setting)
    if setting.active_cycle == "history":
        so_far = requests[: request_index + 1]
        return [(so_far.count(m) + 1) / (len(so_far) + len(models)) for m in models]
    later = requests[request_index + 1 :]
    return [1 / (later.index(m) + 1) if m in later else 0.0 for m in models]
