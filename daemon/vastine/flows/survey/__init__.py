"""The survey: whom it asks, and what follows from the answers."""

from vastine.flows.survey.answers import refused, survey_grant, take_answer
from vastine.flows.survey.asking import Surveys, ask

__all__ = ["Surveys", "ask", "refused", "survey_grant", "take_answer"]
