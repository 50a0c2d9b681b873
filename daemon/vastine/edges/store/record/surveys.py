"""Who was asked by a survey, what they answered, and who is not to be asked again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from vastine.core.complaint import SurveyAnswered, SurveyAsked
from vastine.core.story import Story
from vastine.core.tokens import mask_text
from vastine.edges.store import tables as t
from vastine.edges.store.rows import new_rows


def record_surveys(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    """Who was asked, once a complaint; what they answered, the newest in place of any before; who wants no surveys."""
    asked = [story.survey for story in stories if isinstance(story.survey, SurveyAsked)]
    rows = [{"reference": each.reference, "kind": each.kind, "asked_at": each.asked_at} for each in asked]
    new_rows(connection, t.surveys, rows)
    answered = [
        {
            "of": each.reference,
            "score": each.score,
            "comment": mask_text(each.comment),
            "answered_at": each.answered_at,
        }
        for each in (story.survey for story in stories)
        if isinstance(each, SurveyAnswered)
    ]
    if answered:
        connection.execute(update(t.surveys).where(t.surveys.c.reference == bindparam("of")), answered)
    refused = {story.no_surveys for story in stories if story.no_surveys}
    if refused:
        known = set(connection.scalars(select(t.no_surveys.c.address).where(t.no_surveys.c.address.in_(refused))))
        new_rows(connection, t.no_surveys, [{"address": each, "since": now} for each in sorted(refused - known)])
