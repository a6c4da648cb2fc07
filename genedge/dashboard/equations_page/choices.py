"""The choices that the paper leaves open, each with a switch that shows what it changes."""

import streamlit as st

from genedge.dashboard.equations_page import studies
from genedge.dashboard.equations_page.decision import is_long
from genedge.dashboard.equations_page.layout import heading, table
from genedge.dashboard.jobs import results
from genedge.dashboard.shell import state
from genedge.equations.choices import CHOICES, INTRODUCTION
from genedge.equations.example import Example
from genedge.errors import InputError
from genedge.registry.metrics import FIGURES
from genedge.registry.policies import POLICIES, spoken
from genedge.say import capital, count, enumerated
from genedge.studies.choices import QUESTIONS, Answer, Question
from genedge.studies.table import StudyTable
from genedge.words.choices import applied_sentence, fitness_sentence, rows, sentences


def draw(example: Example) -> None:
    """Every choice in its box."""
    heading("Choices", "choices")
    st.markdown(INTRODUCTION)
    for one in CHOICES:
        with st.container(border=True, key=f"equations_choice_{one.name}"):
            st.subheader(one.title, anchor=one.anchor)
            st.markdown(f"**The paper leaves open:** {one.left_open}")
            st.markdown(f"**We chose:** {one.answer}")
            _switch(one.name, example)
            st.markdown(f":material/tune: {one.where_to_switch_it}")


@st.fragment
def _switch(name: str, example: Example) -> None:
    """What the choice changes; the rest of the page stays as it is."""
    try:
        if name == "fitness":
            _fitness(example)
        elif name == "ga_applied_part":
            _applied_part(example)
        else:
            _answers(QUESTIONS[name], example)
    except InputError as error:
        text = capital(str(error)).rstrip(".") + "."
        st.warning(state.plain(text), icon=":material/info:")


def _answers(question: Question, example: Example) -> None:
    problem = example.problem
    if question.name == "count_order" and not _counted(example):
        st.info(
            "Nothing to order here: it matters only for a request log with counts."
            if problem.trace is not None
            else "Nothing to order here: requests are generated. It matters only for a request log "
            "with counts.",
            icon=":material/info:",
        )
        return
    present = question.present(problem.scenario)
    answers = {answer.name: answer for answer in question.answers}
    labels = {name: answer.label for name, answer in answers.items()}
    if present is not None:
        labels[present.name] += " (in force)"
    key = f"equations_switch_{question.name}"
    if st.session_state.get(key) not in (None, *answers):
        del st.session_state[key]
    picked = st.segmented_control(
        "What would change with", list(answers), key=key, format_func=lambda name: labels[name],
        persist_state="session",
    )  # fmt: skip
    if picked is None:
        return
    if present is not None and picked == present.name:
        st.markdown(":small[That is what all figures here rest on; pick another one to compare.]")
        return
    _effect(question, answers[picked])


def _counted(example: Example) -> bool:
    trace = example.problem.trace
    return trace is not None and bool(trace.from_count.any())


def _effect(question: Question, answer: Answer) -> None:
    scenario = state.current()
    effect = studies.effect_of(scenario, question.name, answer.name)
    lines = sentences(effect)
    st.markdown("**" + state.plain(lines[0]) + "**")
    for line in lines[1:]:
        st.markdown(state.plain(line))
    _figures(effect)
    st.caption(
        f"{_who(effect)}, {count(effect.replications, 'replication')}, both answers on the same "
        "requests"
        + ("; ± is the 95 % interval of the paired difference." if effect.replications > 1 else ".")
        + "".join(f" {note}" for note in effect.notes)
    )
    # Not on_click: within a fragment that would leave the sidebar and the rest as they were.
    if answer.setting is not None and st.button(
        "Use it in the scenario", key=f"equations_use_{question.name}", icon=":material/check:"
    ):
        state.change_all(answer.setting)
        st.rerun()


def _who(effect: StudyTable) -> str:
    return capital(enumerated([spoken(policy) for policy in effect.policies]))


def _figures(effect: StudyTable) -> None:
    """The table: one policy's figures after the other's."""
    made = rows(effect)
    header: tuple[str, ...] = ("Figure", *(arm.label for arm in effect.arms), "Difference")
    cells: list[tuple[str, ...]] = [(capital(FIGURES[one.figure].label), *one[2:]) for one in made]
    if len({one.policies for one in made}) > 1:
        header = ("Policy", *header)
        names = [", ".join(POLICIES[name].label for name in one.policies) for one in made]
        cells = [(name, *row) for name, row in zip(names, cells, strict=True)]
    table(header, [tuple(map(state.plain, row)) for row in cells])


def _fitness(example: Example) -> None:
    if example.number is None:
        st.info("This run has no decision, so there is no search to rank.", icon=":material/info:")
        return
    if not st.toggle(
        "Rank the candidates of the chosen decision by other forms", key="equations_switch_fitness",
        persist_state="session",
    ):  # fmt: skip
        return
    found = studies.rankings_of(state.current(), example)
    st.markdown(f"**{state.plain(fitness_sentence(found))}**")
    table(
        ("Fitness", "of the cheapest", "of the dearest", "pairs ranked alike"),
        [
            (
                state.plain(one.form), state.plain(f"{one.best:.4g}"),
                state.plain(f"{one.worst:.4g}"), f"{100 * one.share:.4g} %",
            )
            for one in found
        ],
    )  # fmt: skip
    st.caption("Every candidate of the genetic search in the state of the decision chosen on top.")


def _applied_part(example: Example) -> None:
    if not st.toggle(
        "Look at what the best candidates held", key="equations_switch_ga_applied_part",
        persist_state="session",
    ):  # fmt: skip
        return
    scenario = state.current()
    run = example.run if is_long(scenario) else results.run_of(scenario, "ga")
    found = studies.applied_of(scenario, run)
    st.markdown(f"**{state.plain(applied_sentence(found))}**")
