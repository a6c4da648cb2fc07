"""Reading a request log, and turning it into the requests that a simulation replays.

The trace part of the order of events: rows of a time, a model and a count in one of the formats of
:mod:`genedge.intake.log_formats`, stable sort by time, a count standing for that many consecutive
requests (blank = 1, 0 = none), slot = floor(q) with q the binary64 quotient
(t - t_first) / slot_seconds. The smallest time and the last slot are taken over
all rows, those with count 0 included: such a row says that the log was running and nobody asked.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from genedge.errors import InputError, noting, shown
from genedge.intake.log_formats import format_of
from genedge.intake.reading import Source, read_bytes, read_table
from genedge.limits import MAX_REQUESTS, MAX_SLOTS, MAX_TRACE_BYTES, MIN_SLOT_SECONDS

# Keeps the shuffle's random numbers apart from all others drawn with the same seed.
_SHUFFLE_STREAM: Final = 0x7A
_SLOT_LENGTHS: Final = (1.0, 10.0, 60.0, 300.0, 600.0, 1800.0, 3600.0, 21600.0, 86400.0)


@dataclass(frozen=True, eq=False)
class TraceFile:
    """A request log of R rows, stably sorted by time.

    Attributes
    ----------
    name: file name.
    sha256: of the bytes as they were read, hexadecimal.
    rows: R, the number of data rows.
    times: seconds, float64 `[R]`, ascending.
    model_index: int32 `[R]` into `model_names`.
    model_names: distinct models in the order in which the file names them first.
    counts: requests that each row stands for, int64 `[R]`.
    from_count: bool `[R]`, whether the row's count cell is not blank.
    file_rows: where each row stands in the file, int64 `[R]`; the header is row 1.
    warnings: sentences about what was put right.

    The arrays are read-only.
    """

    name: str
    sha256: str
    rows: int
    times: NDArray[np.float64]
    model_index: NDArray[np.int32]
    model_names: tuple[str, ...]
    counts: NDArray[np.int64]
    from_count: NDArray[np.bool_]
    file_rows: NDArray[np.int64]
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in vars(self).values():
            if isinstance(array, np.ndarray):
                array.flags.writeable = False

    @property
    def request_count(self) -> int:
        """Requests in the whole file, counts included."""
        return int(self.counts.sum())

    @property
    def span_s(self) -> float:
        """Seconds between the first and the last row."""
        return float(self.times[-1] - self.times[0])

    @property
    def suggested_slot_s(self) -> float:
        """A slot length to start from: the log's own bins; or at most 1,000 slots, none too empty.

        A log with counts has bins; their length is the median distance of two times.
        """
        gaps = np.diff(np.unique(self.times))
        if self.from_count.any() and gaps.size:
            bins = float(np.median(gaps))
            if self.span_s / bins < 10_000:
                return bins
        least = self.span_s / min(1000, self.request_count)
        return next((length for length in _SLOT_LENGTHS if length >= least), _SLOT_LENGTHS[-1])

    def slot_count(self, slot_s: float) -> float:
        """Slots that the whole log comes to; a float, for it may be astronomically many."""
        return float(np.floor(self.span_s / slot_s)) + 1

    def missing_from(self, names: Collection[str]) -> tuple[str, ...]:
        """Models that the log asks for and a catalog lacks, the most requested first."""
        counts = np.bincount(self.model_index, self.counts, len(self.model_names))
        order = np.argsort(-counts, kind="stable")
        known = set(names)
        return tuple(self.model_names[i] for i in order if self.model_names[i] not in known)

    def rates(
        self, names: Sequence[str], slot_seconds: float, slots: int | None = None
    ) -> NDArray[np.float64]:
        """n_m / T of each model of a catalog that has them all, `[M]`, cut after `slots`."""
        slot = self._slot_of_row(slot_seconds)
        total = min(slot[-1] + 1, math.inf if slots is None else slots)
        inside = slot < total
        row = self._catalog_rows(names)[self.model_index[inside]]
        counted: NDArray[np.float64] = np.bincount(row, self.counts[inside], len(names)) / total
        return counted

    def requests(
        self,
        names: Sequence[str],
        *,
        slot_seconds: float,
        slots: int | None = None,
        count_order: Literal["shuffle", "file"] = "shuffle",
        seed: int = 0,
        replication: int = 0,
    ) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]:
        """Return the requests in order, as catalog rows, and where each slot starts among them.

        Parameters
        ----------
        names: the catalog's model names, in catalog order.
        slot_seconds: length of a slot in seconds.
        slots: cut the trace after that many slots; None, or more than the trace has, keeps all.
        count_order: "shuffle": the requests of one time among which any row has a count are
            shuffled uniformly; a time without counts keeps file order. "file": no shuffle.
        seed, replication: what the shuffle depends on. A cut or other slots do not change it.

        Returns
        -------
        models int32 `[N]`, slot_start int64 `[T + 1]`: slot t holds the requests
        ``slot_start[t]`` up to, not including, ``slot_start[t + 1]``; and the times of the
        requests, seconds after the first row, float64 `[N]`.

        Raises
        ------
        InputError: for a model that the catalog lacks (anywhere in the file), too many slots, no
        request before the cut, or arguments out of range.
        """
        slot_of_row = self._slot_of_row(slot_seconds)
        last_slot = float(slot_of_row[-1])
        if slots is not None and slots < 1:
            raise InputError(f"slots must be at least 1; it is {slots}")
        if min(last_slot + 1, math.inf if slots is None else slots) > MAX_SLOTS:
            raise InputError(self._too_many_slots(last_slot, slot_seconds), file=self.name)
        total = int(last_slot + 1 if slots is None else min(last_slot + 1, slots))
        row_start = np.concatenate(([0], np.cumsum(self.counts)))
        slot_start = row_start[np.searchsorted(slot_of_row, np.arange(total + 1), side="left")]
        if not slot_start[-1]:
            raise InputError(f"has no requests in its first {total:,} slots", file=self.name)
        models = np.repeat(self._catalog_rows(names)[self.model_index], self.counts)
        if count_order == "shuffle":
            # Before the cut, so that a cut trace is the beginning of the whole one.
            models = self._shuffled(models, seed, replication)
        elif count_order != "file":
            raise InputError(f"count_order must be shuffle or file, not {shown(count_order)}")
        times = np.repeat(self.times - self.times[0], self.counts)
        kept = slice(slot_start[-1])
        return np.ascontiguousarray(models[kept]), slot_start, np.ascontiguousarray(times[kept])

    def _slot_of_row(self, slot_seconds: float) -> NDArray[np.float64]:
        if not (math.isfinite(slot_seconds) and slot_seconds >= MIN_SLOT_SECONDS):
            least = f"at least {MIN_SLOT_SECONDS:g}"
            raise InputError(f"slot_seconds must be a number, {least}; it is {slot_seconds}")
        with np.errstate(over="ignore"):
            quotient: NDArray[np.float64] = (self.times - self.times[0]) / slot_seconds
        return np.floor(quotient, out=quotient)

    def _too_many_slots(self, last_slot: float, slot_seconds: float) -> str:
        enough = 10.0 ** math.floor(math.log10(self.span_s / MAX_SLOTS))
        while math.floor(self.span_s / enough) >= MAX_SLOTS:
            # 1, 2, 5, 10, 20, ...: a length that people would type
            enough *= 2.5 if f"{enough:e}".startswith("2") else 2.0
        count = f"{last_slot + 1:,.0f}" if last_slot < 1e15 else f"{last_slot:.3g}"
        return (
            f"has {count} slots of {slot_seconds:g} s; at most {MAX_SLOTS:,} can be replayed: "
            f"slots of {enough:g} s would do"
        )

    def _catalog_rows(self, names: Sequence[str]) -> NDArray[np.int32]:
        known = {name: row for row, name in enumerate(names)}
        rows = np.array([known.get(name, -1) for name in self.model_names], dtype=np.int32)
        if rows.min() < 0:
            unknown = np.flatnonzero(rows[self.model_index] < 0)
            first = unknown[self.file_rows[unknown].argmin()]
            sentence = (
                f"{shown(self.model_names[self.model_index[first]], 80)} is not in the catalog"
            )
            others = int((rows < 0).sum()) - 1
            if others:
                sentence += f", nor {'is' if others == 1 else 'are'} {others:,} more of its models"
            raise InputError(
                sentence, file=self.name, row=int(self.file_rows[first]), column="model"
            )
        return rows

    def _shuffled(
        self, models: NDArray[np.int32], seed: int, replication: int
    ) -> NDArray[np.int32]:
        """Shuffle each group of one time that has a count; the others keep their places."""
        if seed < 0 or replication < 0:
            raise InputError("seed and replication must not be negative")
        starts = np.concatenate(([True], self.times[1:] != self.times[:-1]))
        group_of_row = np.cumsum(starts, dtype=np.int32) - 1
        has_count = np.zeros(group_of_row[-1] + 1, dtype=bool)
        has_count[group_of_row[self.from_count]] = True
        places = np.flatnonzero(np.repeat(has_count[group_of_row], self.counts))
        group = np.repeat(group_of_row, self.counts)[places]
        generator = np.random.Generator(
            np.random.PCG64(np.random.SeedSequence([seed, replication, _SHUFFLE_STREAM]))
        )
        # One permutation of everything, put back in group order by a stable sort, permutes every
        # group uniformly.
        order = generator.permutation(len(places))
        order = order[np.argsort(group[order], kind="stable")]
        shuffled = models.copy()
        shuffled[places] = models[places[order]]
        return shuffled


def read_trace(source: Source, name: str | None = None) -> TraceFile:
    """Read a request log from a CSV file (a `str` is a path, `bytes` are its content).

    Columns: timestamp_s (seconds from any origin, negative ones too), model, and optionally count
    (whole and not negative; blank = 1). Raises `InputError` naming file, rows and columns of all
    that is anything else, and for more than 5,000,000 requests or none.
    """
    name, data = read_bytes(source, name=name, max_bytes=MAX_TRACE_BYTES)
    written = format_of(data)
    faults: list[InputError] = []
    table = read_table(
        data,
        name=name,
        required=written.required,
        optional=written.optional,
        numeric=written.numeric,
        max_bytes=MAX_TRACE_BYTES,
        max_rows=MAX_REQUESTS,
        ragged=faults,
    )
    with noting(faults):
        times = written.times(table)
    with noting(faults):
        index, model_names = written.models(table)
    with noting(faults):
        counts, from_count = written.counts(table)
    if faults:
        raise InputError.gathered(faults)
    total = int(counts.sum())
    if total == 0:
        raise InputError("has no requests: every count is 0", file=name)
    if total > MAX_REQUESTS:
        sentence = f"has {total:,} requests; at most {MAX_REQUESTS:,} can be replayed"
        raise InputError(sentence, file=name)
    file_rows = table.rows
    warnings: tuple[str, ...] = ()
    late = int((times < np.maximum.accumulate(times)).sum())
    if late:
        order = np.argsort(times, kind="stable")
        times, index, counts = times[order], index[order], counts[order]
        from_count, file_rows = from_count[order], file_rows[order]
        rows = "1 row was" if late == 1 else f"{late:,} rows were"
        has = "has" if late == 1 else "have"
        warnings = (f"{name}: {rows} out of time order and {has} been sorted",)
    return TraceFile(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        rows=len(table),
        times=times,
        model_index=index,
        model_names=model_names,
        counts=counts,
        from_count=from_count,
        file_rows=file_rows,
        warnings=warnings,
    )
