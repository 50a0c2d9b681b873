"""The measures of a period, counted from the facts (docs/measures.md): few queries, one pass over what each gives."""

from datetime import datetime

from vastine.core.measures import Measures, Period
from vastine.core.measures.tally import DIMENSIONS, Tally
from vastine.core.measures.trend import days_of, weeks_before
from vastine.core.measures.values import Moment
from vastine.core.rules import Rulebook
from vastine.core.schedule import preceding
from vastine.edges.store.measures.cells import names_of_cells
from vastine.edges.store.measures.in_hand import ages_in, counted_in_hand, loads_in, stuck_in
from vastine.edges.store.measures.passes import Passes, is_watched
from vastine.edges.store.measures.recurring import recurring
from vastine.edges.store.measures.silent import silent_rules
from vastine.edges.store.reckoning import ReckoningRecords


class MeasuresRecords(ReckoningRecords):
    """The part of the store that counts."""

    def measures(self, *, period: Period, now: datetime, rules: Rulebook, team: str | None = None) -> Measures:
        """Everything about a period, of one team or of all. Raises StoreError where the database fails.

        What has ended and is not reckoned yet is reckoned first; all the rest is one reading transaction.
        """
        self.reckon(rules)
        before = preceding(period, rules.timezone)
        weeks = weeks_before(period, rules.timezone)
        with self.read() as connection:
            if not self.is_sqlite:  # there it is so: all queries see the same moment, and what they count fits together
                connection.execution_options(isolation_level="REPEATABLE READ")
            tally = Tally(period, before, weeks, names_of_cells(connection))
            passes = Passes(connection, tally, now, rules, team)
            passes.run()
            in_hand = counted_in_hand(connection, now, team)
            by = {
                dimension: {name: group.figures(rules.costs) for name, group in tally.by(dimension).items()}
                for dimension in DIMENSIONS
            }
            return Measures(
                period=period,
                now=now,
                team=team,
                currency=rules.costs.currency if rules.costs else None,
                figures=tally.total.figures(rules.costs),
                before=tally.before.figures(rules.costs),
                compared=is_watched(connection, before),
                by=by,
                trend=tuple(
                    Moment(day=day, figures=group.figures(rules.costs))
                    for day, group in zip(days_of(weeks, rules.timezone), tally.weeks, strict=True)
                ),
                in_hand=len(in_hand),
                ages=ages_in(in_hand, now),
                stuck=stuck_in(connection, in_hand),
                stuck_total=sum(each.clock is not None for each in in_hand),
                loads=loads_in(in_hand, by["member"]),
                alarms=tally.alarms([step.written for step in rules.escalations]),
                rising=recurring(connection, period, team),
                silent_rules=silent_rules(connection, period, rules),
            )


__all__ = ["MeasuresRecords"]
