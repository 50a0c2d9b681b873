"""A small rules file to which a test adds its own rules, and mails to try on it."""

from datetime import UTC, datetime
from typing import Any

from vastine.core.mail import Address, Mail
from vastine.core.rules import Case, Decision, Rulebook, decide, load

BASE = """\
version: 1
company: Pohjolan Pyörä Oy
timezone: Europe/Helsinki
languages: [fi, sv, en]
calendars:
  office:
    hours: {mon-fri: "08:00-16:00"}
priorities:
  critical: {first_reply: 1h, resolve: 8h, calendar: always}
  high: {first_reply: 4h, resolve: 2d, calendar: office}
  normal: {first_reply: 1d, resolve: 5d, calendar: office}
  low: {first_reply: 2d, resolve: 10d, calendar: office}
staff:
  anna: {name: Anna Virtanen, email: anna@pohjolanpyora.example, languages: [fi, sv]}
  maija: {name: Maija Koski, email: maija@pohjolanpyora.example}
teams:
  billing: {members: [anna], lead: maija}
  support: {members: [anna, maija]}
defaults: {topic: other, priority: normal, team: support}
customers:
  key_accounts:
    match: {from: ["@iso.example"]}
    raise: 1
    team: billing
    language: sv
extract:
  order: {regex: 'TIL-(\\d{6})'}
  amount: {builtin: money}
replies:
  late:
    fi: {subject: Viive, body: "{{ greeting }}"}
    sv: {subject: Viive, body: "{{ greeting }}"}
    en: {subject: Viive, body: "{{ greeting }}"}
"""
OFFICE_HOURS = datetime(2026, 3, 11, 10, tzinfo=UTC)
NIGHT = datetime(2026, 3, 11, 23, tzinfo=UTC)


def book(*rules: str) -> Rulebook:
    """Rules in one line each, such as `when: {words: maksu}, then: {topic: payment}`, named r1, r2 ..."""
    lines = [f"  - {{name: r{number}, {rule}}}" for number, rule in enumerate(rules, 1)]
    return load(BASE + ("rules:\n" + "\n".join(lines) if lines else "rules: []") + "\n")


def mail(body: str = "", **fields: Any) -> Mail:
    usual = {"from_": (Address(address="matti@posti.example"),), "new_text": body}
    return Mail(**(usual | fields))


def run(rulebook: Rulebook, body: str | Mail, **fields: Any) -> Decision:
    usual: dict[str, Any] = {"kind": "person", "mailbox": "support", "language": "fi", "now": OFFICE_HOURS}
    return decide(rulebook, Case(mail=mail(body) if isinstance(body, str) else body, **(usual | fields)))


def matches(when: str, body: str | Mail, **fields: Any) -> bool:
    """Whether a rule with this condition matches."""
    return bool(run(book(f"when: {when}, then: {{tags: [hit]}}"), body, **fields).tags)


def because(when: str, body: str | Mail, **fields: Any) -> tuple[str, ...]:
    return run(book(f"when: {when}, then: {{tags: [hit]}}"), body, **fields).tried[0].because
