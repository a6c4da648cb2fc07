"""How the search is judged: batches, quality, the two studies, what they say, and their charts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from genedge import PRESETS, InputError, Run, Scenario, Workload, charts, simulate
from genedge.charts import genetics_population as population
from genedge.decisions import GenerationTrace, trace_generations
from genedge.registry.looks import Theme
from genedge.registry.policies import POLICIES
from genedge.scenario.scenario import GeneticParameters
from genedge.studies.random_catalogs import contended_scenario
from genedge.studies.search_quality import (
    EXACT,
    DecisionBatch,
    SearchQuality,
    gaps,
    hardest,
    measure_search,
    quality_of,
    run_quality,
)
from genedge.studies.search_studies import (
    STUDIED,
    GrowthPoint,
    StudyPoint,
    growth_frame,
    growth_study,
    parameter_study,
    study_frame,
    study_size,
    values_of,
    varied,
)
from genedge.words import lab as sentences

THEMES: tuple[Theme, ...] = ("light", "dark")


@cache
def run_of(name: str) -> Run:
    scenario = PRESETS[name] if name in PRESETS else contended_scenario(int(name))
    return simulate(scenario, "ga", record="decisions")


@cache
def studied(name: str = "30") -> list[StudyPoint]:
    run = run_of(name)
    batch = DecisionBatch.of_run(run, most=12)
    return list(parameter_study(batch, run.problem.scenario.genetic))


@cache
def grown() -> list[GrowthPoint]:
    return list(growth_study(GeneticParameters(generations=20), models=(5, 10, 60)))


def quality(**changes: Any) -> SearchQuality:
    values = {"decisions": 10, "equal": 10, "mean_gap": 0.0, "worst_gap": 0.0, "worst_share": None,
              "generations": 25.0, "ms": 0.03}  # fmt: skip
    return SearchQuality(**{**values, **changes})


# ------------------------------------------------------------------------------ batches


def test_a_batch_is_spread_evenly_over_the_run() -> None:
    run = run_of("40")
    total = run.decisions.request.size
    batch = DecisionBatch.of_run(run, most=50, first=total // 2)
    assert len(batch) == 50
    assert batch.numbers[0] == total // 2
    assert set(np.diff(batch.numbers)) <= {3, 4}
    assert batch.numbers[-1] < total
    before = run.decision_deployed[batch.numbers - 1]
    assert np.array_equal(batch.deployed, before)
    assert batch.held.tolist() == before.sum(axis=1).tolist()
    thin = batch.thinned(7)
    assert len(thin) == 7
    assert {thin.numbers[0], thin.numbers[-1]} == {batch.numbers[0], batch.numbers[-1]}
    assert np.array_equal(thin.best, batch.best[np.searchsorted(batch.numbers, thin.numbers)])
    assert len(batch.thinned(1000)) == 50


def test_times_are_measured_when_they_are_asked_for() -> None:
    batch = DecisionBatch.of_run(run_of("contended"), most=5)
    assert batch.solve(EXACT, repeats=1).ms > 0
    assert np.isnan(batch.solve(EXACT, repeats=0).ms)


def no_requests() -> Run:
    scenario = replace(Scenario(), workload=Workload(slots=1, rate=1e-9))
    return simulate(scenario, "ga", record="decisions")


@pytest.mark.parametrize("ask", [DecisionBatch.of_run, run_quality, hardest])
def test_a_run_without_decisions_is_refused_in_words(ask: Any) -> None:
    with pytest.raises(InputError, match="no decisions"):
        ask(no_requests())


# ------------------------------------------------------------------------------ quality


def test_quality_by_hand() -> None:
    best = np.array([1.0, 2.0, 4.0, 0.0])
    cost = best + np.array([0.0, 0.5, 1.5, 1e-12])
    found = quality_of(cost, best, np.array([10, 20, 30, 40]), 0.5)
    assert (found.decisions, found.equal, found.missed, found.share) == (4, 2, 2, 0.5)
    assert found.mean_gap == pytest.approx(1.0)
    assert found.worst_gap == pytest.approx(1.5)
    assert found.worst_share == pytest.approx(1.5 / 4)
    assert found.generations == 25.0
    assert gaps(cost, best).tolist() == [0.0, 0.5, 1.5, 0.0]
    nothing = quality_of(np.array([0.3]), np.array([0.0]), np.array([1]), 0.5)
    assert nothing.worst_share is None


@pytest.mark.parametrize("name", ["contended", "frugal", "40"])
def test_the_quality_of_a_run_is_that_of_its_decisions_searched_again(name: str) -> None:
    run = run_of(name)
    batch = DecisionBatch.of_run(run, most=10_000)
    again = measure_search(batch, run.problem.scenario.genetic, repeats=0)
    found = run_quality(run)
    assert (again.equal, again.generations) == (found.equal, found.generations)
    assert again.worst_gap == pytest.approx(found.worst_gap)
    if name == "40":
        assert found.missed > 0


def test_the_hardest_decision_is_the_one_missed_by_most() -> None:
    run = run_of("40")
    above = run.decisions.cost - run.decisions.best_cost
    assert above[hardest(run)] == above.max() > 0
    easy = run_of("contended")
    assert run_quality(easy).missed == 0
    assert easy.decisions.generations[hardest(easy)] == easy.decisions.generations[1:].max()


# ------------------------------------------------------------------------------ studies


def test_one_parameter_changes_at_a_time() -> None:
    genetic = GeneticParameters(population=17, elites=6)
    points = studied()
    assert len(points) == study_size(run_of("30").problem.scenario.genetic)
    assert {point.name for point in points} == {one.name for one in STUDIED}
    for one in STUDIED:
        values = values_of(one, genetic)
        assert list(values) == sorted(set(values))
        assert float(getattr(genetic, one.name)) in values
        for value in values:
            changed = varied(genetic, one.name, value)
            assert getattr(changed, one.name) == value
            free = {"patience"} if one.name == "generations" else {"elites"}
            for name, now in vars(changed).items():
                assert name in {one.name, *free} or now == getattr(genetic, name)
    assert varied(genetic, "population", 4.0).elites == 4
    assert varied(genetic, "generations", 300.0).patience == 300


def test_all_generations_are_run_where_they_are_studied() -> None:
    for point in studied():
        if point.name == "generations":
            assert point.quality.generations == point.value


def test_a_search_too_long_to_be_studied_is_refused_in_words() -> None:
    batch = DecisionBatch.of_run(run_of("contended"), most=3)
    with pytest.raises(InputError, match="too long to be repeated"):
        list(parameter_study(batch, GeneticParameters(population=10_000, generations=10_000)))
    with pytest.raises(InputError, match="fewer elites"):
        list(parameter_study(batch, GeneticParameters(population=3000, elites=2500)))


def test_growing_catalogs_are_solved_three_ways() -> None:
    small, middle, large = grown()
    assert (small.models, middle.models, large.models) == (5, 10, 60)
    for point in (small, middle):
        assert point.enumeration_ms is not None and point.enumeration_ms > 0
        assert point.sets >= 2**point.held
    assert large.enumeration_ms is None
    assert large.most_held > 24
    assert small.quality.share == 1.0
    assert len(growth_frame(grown())) == 3
    assert study_frame(studied())["share_equal"].between(0, 1).all()


# ------------------------------------------------------------------------------ sentences


def test_what_is_said_of_a_run() -> None:
    assert sentences.quality_sentence(quality()) == "The GA finds the optimum in all 10 decisions."
    found = quality(equal=8, mean_gap=0.03, worst_gap=0.11, worst_share=0.5)
    assert sentences.quality_sentence(found) == (
        "The GA finds the optimum in 80 % of 10 decisions; when it misses it pays 0.0300 more on "
        "average."
    )
    assert "ever binds" in sentences.binding_sentence(run_of("frugal"))
    assert "binds in" in sentences.binding_sentence(run_of("contended"))


@cache
def traced(name: str, number: int = 20, **changes: Any) -> GenerationTrace:
    return trace_generations(run_of(name), number, GeneticParameters(**changes))


def test_what_is_said_of_a_search() -> None:
    good = traced("contended")
    assert "No constraint binds" in sentences.asked_sentence(traced("frugal"))
    assert "The exact optimum does the same" in sentences.chosen_sentence(good)
    met = sentences.met_at(good)
    assert met is not None
    assert good.cost[met].min() == pytest.approx(good.exact_cost)
    assert met == 0 or good.cost[met - 1].min() > good.exact_cost + 1e-9
    assert "With 1 elite the best never gets worse" in sentences.fitness_sentence(good)
    assert "are out" in sentences.population_sentence(traced("contended", repair=False))
    missed = traced("40", hardest(run_of("40")))
    assert sentences.met_at(missed) is None
    assert sentences.fitness_title(missed) == "The optimum is not reached"
    assert " less." in sentences.chosen_sentence(missed)


def test_without_an_elite_the_best_can_be_lost_and_that_is_said() -> None:
    lossy = traced("40", elites=0, mutation_probability=0.2)
    assert sentences.times_worse(lossy) > 0
    assert "the best was lost" in sentences.fitness_sentence(lossy)
    assert sentences.times_worse(traced("40", mutation_probability=0.2)) == 0


def test_what_is_said_of_the_studies() -> None:
    points = [
        StudyPoint("population", 4.0, quality(equal=6, ms=0.003)),
        StudyPoint("population", 50.0, quality(ms=0.04)),
        StudyPoint("tournament", 2.0, quality()),
    ]
    text = sentences.study_sentence(points)
    assert text.startswith("The population matters most: at 4 the GA finds the optimum in 60 %")
    same = [StudyPoint("population", value, quality(ms=value)) for value in (1.0, 2.0)]
    assert "only the time changes" in sentences.study_sentence(same)
    growth = " ".join(sentences.growth_sentences(grown()))
    assert "Enumeration is left out at 60 models" in growth
    assert f"{2 ** grown()[-1].most_held:,} sets" in growth


# ------------------------------------------------------------------------------ charts


def lab_figures(theme: Theme) -> list[go.Figure]:
    traces = [traced("contended"), traced("frugal", 0), traced("40", population=120, patience=90),
              traced("contended", generations=0), traced("40", repair=False, elites=0)]  # fmt: skip
    genetic = GeneticParameters()
    found = [
        draw(trace, theme)
        for trace in traces
        for draw in (charts.search_fitness, charts.search_diversity, charts.search_population)
    ]
    for name in ("contended", "40"):
        found += [charts.decision_gaps(run_of(name), theme)]
        found += [charts.generations_needed(run_of(name), theme)]
    found += [charts.study_panels(studied(), genetic, theme)]
    found += [charts.study_panels(studied()[:1], genetic, theme)]
    return [*found, charts.growth_times(grown(), theme), charts.growth_times(grown()[:1], theme)]


@pytest.mark.parametrize("theme", THEMES)
def test_plotly_accepts_every_property(theme: Theme) -> None:
    for figure in lab_figures(theme):
        checked = go.Figure(figure.to_dict())
        assert checked.layout.xaxis.title.text
        assert len(checked.data) > 0


def test_lines_of_a_search_are_its_numbers() -> None:
    trace = traced("contended")
    lines = {line["name"]: line for line in charts.search_fitness(trace, "dark").data}
    assert list(lines["best"]["y"]) == trace.fitness.max(axis=1).tolist()
    assert list(lines["worst"]["y"]) == trace.fitness.min(axis=1).tolist()
    assert lines["exact optimum"]["y"][0] == pytest.approx(1 / (1 + trace.exact_cost))
    assert lines["best"]["line"]["color"] == POLICIES["ga"].look.dark
    assert lines["exact optimum"]["line"]["color"] == POLICIES["exact"].look.dark
    assert len({line["line"]["dash"] for line in lines.values()}) == 4


def test_every_frame_of_the_population_shows_its_generation() -> None:
    trace = traced("contended")
    figure = charts.search_population(trace, "light")
    rows = population.rows_shown(trace)
    assert rows[0] == trace.state.requested
    assert [frame.name for frame in figure.frames] == [str(g) for g in range(len(trace.cost))]
    assert [step.label for step in figure.layout.sliders[0].steps] == [
        frame.name for frame in figure.frames
    ]
    for frame in figure.frames:
        generation = int(frame.name)
        cells, crosses, broken, stars = (part.to_plotly_json() for part in frame.data)
        table = cells["z"]
        assert len(table) == len(rows) == 10
        assert all(len(row) == 2 + trace.cost.shape[1] for row in table)
        optimum = [row[0] == population.OPTIMUM for row in table]
        assert optimum == trace.best[rows].tolist()
        body = np.array([row[2:] for row in table])
        ones = np.isin(body, (population.ON, population.ON_QUIET)).sum()
        assert ones == trace.genes[generation].sum()
        assert (body == population.CLEARED).sum() == len(crosses["x"])
        assert len(crosses["x"]) == trace.repaired[generation].sum()
        assert len(broken["x"]) == trace.infeasible[generation].sum()
        applied = trace.genes[generation] & trace.state.allowed
        assert len(stars["x"]) == (applied == trace.best).all(axis=1).sum()
        quiet = ~trace.state.allowed[rows]
        assert not np.isin(body[quiet], (population.ON, population.OFF)).any()
        best = int(np.argmin(trace.cost[generation]))
        assert trace.cost[generation][best] == trace.cost[generation].min()


def test_a_large_search_is_a_small_figure_and_says_what_it_leaves_out() -> None:
    run = simulate(contended_scenario(60), "ga", record="decisions")
    trace = trace_generations(run, 100, GeneticParameters(population=200, patience=100))
    assert trace.generations == 100
    figure = charts.search_population(trace, "light")
    assert len(figure.to_json()) < 500_000
    shown = [int(frame.name) for frame in figure.frames]
    assert shown[:5] == [0, 1, 2, 3, 4] and shown[-1] == 100
    said = charts.left_out(trace)
    assert f"{len(shown)} of 101 generations" in said
    assert "50 of 200 candidates" in said
    assert charts.left_out(traced("contended")) == ""
    assert population.rows_shown(trace).size == 60


def test_rows_of_a_large_catalog_are_those_that_matter() -> None:
    scenario = contended_scenario(200)
    short = replace(scenario, workload=replace(scenario.workload, slots=20))
    run = simulate(short, "ga", record="decisions")
    trace = trace_generations(run, run.decisions.request.size - 1, GeneticParameters(generations=2))
    rows = population.rows_shown(trace)
    assert set(np.flatnonzero(trace.state.allowed)) <= set(rows.tolist())
    assert rows.size == max(population.MOST_ROWS, int(trace.state.allowed.sum()))
    assert f"{rows.size} of 200 models" in charts.left_out(trace)
    assert len(charts.population_frame(trace)) == 100


def test_names_are_text_in_a_picture() -> None:
    assert population.shown("<b>bold</b> & more", 40) == "&lt;b>bold&lt;/b> &amp; more"
    assert population.shown("x" * 50, 10) == "x" * 9 + "…"


def test_the_value_in_force_is_marked_in_every_panel() -> None:
    genetic = run_of("30").problem.scenario.genetic
    for line in charts.study_panels(studied(), genetic, "light").data:
        symbols = list(line["marker"]["symbol"])
        assert symbols.count("diamond") == 1
        name = next(one.name for one in STUDIED if len(values_of(one, genetic)) == len(symbols)
                    and list(line["x"]) == list(values_of(one, genetic)))  # fmt: skip
        assert line["x"][symbols.index("diamond")] == getattr(genetic, name)
