"""Running the rules over a mail: each rule that matches takes effect, from top to bottom, with its reasons."""

from datetime import datetime, timedelta
from typing import Any

from vastine.core.mail import Address
from vastine.core.rules.case import Applied, Case, Checked, Decision, Tried
from vastine.core.rules.dates import day_of
from vastine.core.rules.look import Look, address_keys
from vastine.core.rules.rule import Effects, Rule
from vastine.core.rules.rulebook import Group, Rulebook

_SEEN = ("person", "auto_generated", "bulk")
_FURTHEST_DUE = timedelta(days=366)  # nobody asks for an answer in later years; a day there is a slip or a trick
_NOBODY = Address(address="")
_OVERRIDABLE = (
    "topic",
    "priority",
    "team",
    "assign",
    "reply",
    "due",
    "customer",
)  # what the last rule to set it decides


def decide(rulebook: Rulebook, case: Case) -> Decision:
    """What the rules say about a mail. Pure; the same case gives the same decision.

    Kinds that rules do not see get the defaults, and an empty `tried`.
    """
    run = _Run(rulebook, case)
    if case.kind in _SEEN:
        run.try_rules()
    return run.decision()


def prepare(rulebook: Rulebook) -> None:
    """Read the dictionaries and build the index now (seconds), instead of for the first mail."""
    rulebook.engine.prepare()


class _Run:
    def __init__(self, rulebook: Rulebook, case: Case) -> None:
        self.book = rulebook
        self.case = case
        self.scale = [priority.name for priority in rulebook.priorities]
        self.raised = 0
        self.set: dict[str, Any] = self._start()
        self.set_by = dict.fromkeys(self.set, "complaint" if case.follow_up else "defaults")
        self.tags: dict[str, None] = dict.fromkeys(case.tags)
        self.tell: dict[str, None] = {}
        self.tried: list[Tried] = []
        self.matched: dict[int, tuple[tuple[str, ...], Checked | None]] = {}  # the reasons, by the rule's number
        self.said: dict[str, str] = {}  # the last value of each effect, as explanations show it
        self.applied: dict[int, list[tuple[str, str]]] = {}  # effects and their values, by the rule's number
        self.extract_timed_out = False
        self.look = self._look()

    def _start(self) -> dict[str, Any]:
        """What holds before any rule. A follow-up goes on with what its complaint has, and is not acknowledged."""
        defaults, case = self.book.defaults, self.case
        known = case.priority if case.priority in self.scale else None
        team = case.team if case.team in self.book.teams else None
        return {
            "topic": (case.follow_up and case.topic) or defaults.topic,
            "priority": (case.follow_up and known) or defaults.priority,
            "team": (case.follow_up and team) or defaults.team,
            "reply": None if case.follow_up else defaults.reply,
        }

    def _look(self) -> Look:
        priority = self.book.priority(self.book.defaults.priority)
        mail = self.case.mail
        return Look(
            case=self.case,
            search=self.book.engine.words.search,
            note=self.book.engine.words.note,
            extract=self._extract,
            groups_of=self._groups_of,
            open_now=lambda: priority.calendar.is_open(self.case.now),
            customer=mail.sender or next(iter((*mail.from_, *mail.reply_to)), _NOBODY),
            topic=self.set["topic"],
            priority=self.set["priority"],
            tags=tuple(self.tags),
        )

    def _extract(self, text: str) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, extract in self.book.extract.items():
            try:
                values = extract.values(text)
            except TimeoutError:
                self.extract_timed_out = True
                continue
            if values:
                found[name] = values
        return found

    def _groups_of(self, customer: Address) -> tuple[str, ...]:
        if not self.book.customers:
            return ()
        keys = address_keys((customer,))
        return tuple(group.name for group in self.book.customers.values() if group.patterns & keys)

    def try_rules(self) -> None:
        engine = self.book.engine
        self.tried = list(engine.missed_by_bulk if self.case.kind == "bulk" else engine.missed)
        for number in range(len(engine.rules)) if self.book.thorough else engine.candidates(self.look):
            rule = engine.rules[number]
            if self.case.kind == "bulk" and not rule.sees_bulk:
                continue
            matched, because = rule.when.check(self.look)
            checked = self._examined(rule) if self.book.thorough else None
            if not matched:
                self.tried[number] = Tried(name=rule.name, matched=False, because=because, checked=checked)
                continue
            self.matched[number] = (because, checked)
            if self._apply(number, rule):
                self._leave_untried(number + 1, rule.name)
                break

    def _examined(self, rule: Rule) -> Checked:
        """Every condition of a rule. One that runs out of time here only, since it settles nothing, needs no person."""
        before = list(self.look.timed_out)
        checked = rule.when.examine(self.look)
        self.look.timed_out[:] = before
        return checked

    def _leave_untried(self, first: int, stopped_by: str) -> None:
        reason = (f"not tried: '{stopped_by}' stopped the run",)
        for number in range(first, len(self.tried)):
            self.tried[number] = Tried(name=self.tried[number].name, matched=None, because=reason)

    def _apply(self, number: int, rule: Rule) -> bool:
        """Let the effects of a rule hold; returns whether the run ends with it."""
        then, self.applied[number] = rule.then, []
        self.now_applied = self.applied[number]
        if self.case.follow_up and not rule.on_follow_up:
            then = Effects(raise_by=then.raise_by, tags=then.tags, tell=then.tell)
        for field, value, shown in then.settings:
            self.set[field] = None if (field, value) == ("reply", "none") else value
            self._note(field, shown, rule.name)
        self._add(then, rule.name)
        if then.customer_is is not None:
            self._name_customer(then.customer_is, rule.name)
        self.look.topic, self.look.priority, self.look.tags = self.set["topic"], self._moved(), tuple(self.tags)
        return then.stop

    def _add(self, then: Effects, name: str) -> None:
        for effect, by, sign in (("raise", then.raise_by, 1), ("lower", then.lower_by, -1)):
            if by:
                self.raised += sign * by
                self._note(effect, str(by), name)
        if then.tags:
            self.tags |= dict.fromkeys(then.tags)
            self._note("tags", ", ".join(then.tags), name)
        if then.tell:
            self.tell |= dict.fromkeys(then.tell)
            self._note("tell", ", ".join(then.tell), name)
        if then.stop:
            self.now_applied.append(("stop", "true"))

    def _note(self, effect: str, value: str, name: str) -> None:
        self.set_by[effect], self.said[effect] = name, value
        self.now_applied.append((effect, value))

    def _name_customer(self, field: str, name: str) -> None:
        mail = self.case.mail
        addresses = mail.reply_to if field == "reply_to" else mail.from_
        if addresses:  # a form without a Reply-To leaves the customer as it was
            self.look.customer = addresses[0]
            self._note("customer", addresses[0].address, name)

    def _tried(self) -> tuple[Tried, ...]:
        """The rules, those that matched with their effects, and which later rule overrode each."""
        for number, (because, checked) in self.matched.items():
            name = self.book.rules[number].name
            applied = tuple(
                Applied(effect, value, self._overriding(effect, value)) for effect, value in self.applied[number]
            )
            self.tried[number] = Tried(name=name, matched=True, because=because, checked=checked, applied=applied)
        return tuple(self.tried)

    def _overriding(self, effect: str, value: str) -> str | None:
        """Which rule has said otherwise since; one that says the same changes nothing."""
        return self.set_by[effect] if effect in _OVERRIDABLE and self.said[effect] != value else None

    def _moved(self) -> str:
        place = self.scale.index(self.set["priority"]) - self.raised
        return self.scale[max(0, min(place, len(self.scale) - 1))]

    def decision(self) -> Decision:
        language = None
        if not self.case.follow_up:  # a complaint that goes on has had its groups' weight when it was opened
            for name in self._groups_of(self.look.customer):
                group = self.book.customers[name]
                self._weigh(group)
                language = group.language or language
        return self._conclude(language)

    def _weigh(self, group: Group) -> None:
        """A group's raise adds up; what else it sets gives way to a rule's word."""
        self.raised += group.raise_by
        source = f"customers: {group.name}"
        if group.raise_by:
            self.set_by.setdefault("raise", source)
        for field in ("team", "assign", "reply"):
            value = getattr(group, field)
            decided_by_rule = self.set_by.get(field, "defaults") != "defaults" and not self.set_by[field].startswith(
                "customers: "
            )
            if value is not None and not decided_by_rule:
                self.set[field] = None if (field, value) == ("reply", "none") else value
                self.set_by[field] = source
        if group.language:
            self.set_by["language"] = source

    def _due(self, found: dict[str, tuple[str, ...]]) -> datetime | None:
        """The end of the first day still to come that the mail itself names for its answer, where a rule says so."""
        calendar = self.book.priority(self._moved()).calendar
        today = self.book.day_at(self.case.now)
        days = (day_of(value, today) for value in found.get(self.set.get("due") or "", ()))
        latest = today + _FURTHEST_DUE
        ends = (calendar.closing(day) for day in days if day is not None and today <= day <= latest)
        return min((end for end in ends if end > self.case.now), default=None)

    def _conclude(self, language: str | None) -> Decision:
        found = self.look.found if self.case.kind in _SEEN else {}
        assign = self.set.get("assign")
        if assign == "lead":
            assign = self.book.teams[self.set["team"]].lead
        return Decision(
            topic=self.set["topic"],
            priority=self._moved(),
            team=self.set["team"],
            assign=assign,
            reply=self.set["reply"],
            tags=tuple(self.tags),
            customer=self.look.customer,
            tell=tuple(self.tell),
            ignore=bool(self.set.get("ignore")),
            spam=bool(self.set.get("spam")),
            found=found,
            tried=self._tried(),
            set_by=self.set_by,
            language=language,
            due=self._due(found),
            needs_person=bool(self.look.timed_out) or self.extract_timed_out,
        )
