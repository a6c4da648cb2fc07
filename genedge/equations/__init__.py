"""What the equations page says: every equation, every choice, every rule, as data.

The content lives here so that a test can hold it against the code: each function named exists in
the file named, each flag in the command line, each code name in its class.
"""

from genedge.equations.algorithm import ALGORITHM, GENETIC_CODE, GENETIC_SETTINGS
from genedge.equations.bounds import BOUNDS
from genedge.equations.choices import CHOICES, CHOICES_INTRODUCTION, SIDEBAR_GROUP, Choice, choice
from genedge.equations.events import EVENT_DETAILS, EVENTS, EVENTS_INTRODUCTION, REPLAY_CODE
from genedge.equations.introduction import (
    CITATION,
    CONTENTS,
    DECIDED,
    RECONSTRUCTION,
    SHORTLY,
    SUMMARY,
)
from genedge.equations.ledgers import LEDGER_ROWS, LEDGERS, LEDGERS_SECTION, Ledger
from genedge.equations.parts import Equation, Section, Symbol
from genedge.equations.policies import KINDS, POLICIES_INTRODUCTION, POLICY_CHOICES, POLICY_NOTES
from genedge.equations.sections import BEFORE_EVENTS, SECTIONS, code_places, numbered
from genedge.equations.symbols import SYMBOLS, SYMBOLS_INTRODUCTION

__all__ = [
    "ALGORITHM",
    "BEFORE_EVENTS",
    "BOUNDS",
    "CHOICES",
    "CHOICES_INTRODUCTION",
    "CITATION",
    "CONTENTS",
    "DECIDED",
    "EVENTS",
    "EVENTS_INTRODUCTION",
    "EVENT_DETAILS",
    "GENETIC_CODE",
    "GENETIC_SETTINGS",
    "KINDS",
    "LEDGERS",
    "LEDGERS_SECTION",
    "LEDGER_ROWS",
    "POLICIES_INTRODUCTION",
    "POLICY_CHOICES",
    "POLICY_NOTES",
    "RECONSTRUCTION",
    "REPLAY_CODE",
    "SECTIONS",
    "SHORTLY",
    "SIDEBAR_GROUP",
    "SUMMARY",
    "SYMBOLS",
    "SYMBOLS_INTRODUCTION",
    "Choice",
    "Equation",
    "Ledger",
    "Section",
    "Symbol",
    "choice",
    "code_places",
    "numbered",
]
