"""Rules that are in force and matched nothing in a period."""

from sqlalchemy import Connection, select

from vastine.core.measures import Period
from vastine.core.rules import Rulebook
from vastine.edges.store import tables as t
from vastine.edges.store.rules import BY_RULE, rule_that_ignored


def silent_rules(connection: Connection, period: Period, rules: Rulebook) -> tuple[str, ...]:
    """Their names, in the order of the file. A mail that a rule had ignored counts as well."""
    m, entries = t.customer_mails.c, t.ledger.c
    together = select(m.rules).where(m.at >= period.begin, m.at < period.end).distinct()
    matched = {name for names in connection.scalars(together) for name in names.split("\n")}
    ignored = (
        select(entries.reason)
        .where(entries.arrived_at >= period.begin, entries.arrived_at < period.end)
        .where(entries.outcome == "ignored", entries.reason.like(BY_RULE))
        .distinct()
    )
    matched |= {rule_that_ignored(reason) for reason in connection.scalars(ignored)}
    return tuple(rule.name for rule in rules.rules if rule.name not in matched)
