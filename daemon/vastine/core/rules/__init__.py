"""The rules language: reading rules.yaml strictly, and deciding about mails by it, with reasons."""

from vastine.core.rules.advice import advise
from vastine.core.rules.case import Applied, Case, Checked, Decision, Tried
from vastine.core.rules.decide import decide, prepare
from vastine.core.rules.inline import run_inline_tests
from vastine.core.rules.load import load, schema
from vastine.core.rules.problem import Problem, RulesError
from vastine.core.rules.replies import REPLY_VARIABLES
from vastine.core.rules.rule import Effects, InlineTest, Rule
from vastine.core.rules.rulebook import (
    Costs,
    Defaults,
    Digests,
    Group,
    Member,
    Priority,
    ReplyText,
    Report,
    Rulebook,
    Survey,
    Team,
)
from vastine.core.rules.shown import shown_rules

__all__ = [
    "REPLY_VARIABLES",
    "Applied",
    "Case",
    "Checked",
    "Costs",
    "Decision",
    "Defaults",
    "Digests",
    "Effects",
    "Group",
    "InlineTest",
    "Member",
    "Priority",
    "Problem",
    "ReplyText",
    "Report",
    "Rule",
    "Rulebook",
    "RulesError",
    "Survey",
    "Team",
    "Tried",
    "advise",
    "decide",
    "load",
    "prepare",
    "run_inline_tests",
    "schema",
    "shown_rules",
]
