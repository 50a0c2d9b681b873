"""The words of an automatic mail to a customer: the company's own reply, or the built-in text where there is none.

What an unauthenticated sender wrote is never repeated to them (R23): not their subject, not their name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from vastine.core.complaint import Complaint
from vastine.core.compose.moments import in_full, in_full_from
from vastine.core.compose.people import greeting
from vastine.core.compose.subjects import reply_subject
from vastine.core.compose.templates import Facts, ReplyError, render
from vastine.texts import first_with_texts, texts_in

if TYPE_CHECKING:
    from vastine.core.rules import ReplyText, Rulebook, Team


SCALE = "{scale}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A subject and a text in a language, and what was wrong with the company's own text. In a survey, SCALE stands
    where its answers are to be offered.
    """

    subject: str
    text: str
    language: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticText:
    """What an automatic text is written from. `now` allows *today* and *tomorrow*; without it every day is named.

    `opening` is when the desk opens again, None where it is open. `matters` gives the lines about several complaints
    in a language, for the text that has them. With `is_survey`, SCALE is put below the company's own text. With
    `is_part` the text stands within an answer, which has a footer itself.
    """

    rulebook: "Rulebook"
    complaint: Complaint
    authenticated: bool
    language: str
    promise: datetime | None = None
    old_promise: datetime | None = None
    opening: datetime | None = None
    now: datetime | None = None
    found: Mapping[str, tuple[str, ...] | list[str]] | None = None
    is_survey: bool = False
    is_part: bool = False
    matters: Callable[[str], str] = lambda _: ""

    def worded(self, reply_name: str, *, built_in: str) -> Wording:
        """The reply of that name in the language, or the one standing in for it; the built-in text where that fails.

        `built_in` is the key of the text, and with `_subject` that of its neutral subject.
        """
        problems: tuple[str, ...] = ()
        reply, language = self._reply(reply_name)
        if reply is not None:
            try:
                return self._rendered(reply, language, built_in)
            except ReplyError as error:
                problems = (f"replies.{reply_name}.{language}: {error}; the built-in text was sent",)
        return replace(self.built_in(built_in), problems=problems)

    def built_in(self, key: str) -> Wording:
        """The built-in text of that key, in the language or the one standing in for it."""
        language = first_with_texts((self.language, self.rulebook.fallback, *self.rulebook.languages))
        return Wording(subject=self._subject(key, language), text=self._built_in(key, language), language=language)

    def _reply(self, name: str) -> tuple["ReplyText | None", str]:
        texts = self.rulebook.replies.get(name) or {}
        for language in (self.language, self.rulebook.fallback, *self.rulebook.languages):
            if language in texts:
                return texts[language], language
        return None, self.language

    def _rendered(self, reply: "ReplyText", language: str, built_in: str) -> Wording:
        variables, zone = self._variables(language), self.rulebook.timezone
        subject = " ".join(render(reply.subject, variables, language=language, zone=zone).split())
        text = render(reply.body, variables, language=language, zone=zone).strip()
        if not text:
            raise ReplyError("the text is empty")
        if self.is_survey:
            text = f"{text}\n\n{SCALE}"
        return Wording(
            subject=subject or self._subject(built_in, language),
            text=text if self.is_part else self._with_footer(text, language),
            language=language,
        )

    def _variables(self, language: str) -> dict[str, Any]:
        return {
            "greeting": greeting(self.complaint.customer, authenticated=self.authenticated, language=language),
            "reference": self.complaint.reference,
            "promise": self.promise.astimezone(self.rulebook.timezone) if self.promise else None,
            "old_promise": self.old_promise.astimezone(self.rulebook.timezone) if self.old_promise else None,
            "opening": self.opening.astimezone(self.rulebook.timezone) if self.opening else None,
            "customer": {"name": self.complaint.customer.name if self.authenticated else ""},
            "complaint": {"subject": self.complaint.subject if self.authenticated else ""},
            "company": self.rulebook.company,
            "team": self.complaint.team,
            "found": Facts(self.found or {}),
        }

    def _subject(self, built_in: str, language: str) -> str:
        own = reply_subject(self.complaint.subject) if self.authenticated else ""
        return own or neutral_subject(self.complaint, built_in, language)

    def _built_in(self, key: str, language: str) -> str:
        texts = texts_in(language).customer
        without_time = f"{key}_without_time"
        wanted = without_time if self.promise is None and without_time in texts else key
        text = texts[wanted].format(
            greeting=greeting(self.complaint.customer, authenticated=self.authenticated, language=language),
            promise=self._moment(self.promise, language),
            old_promise=self._moment(self.old_promise, language),
            opening=texts["opening"].format(opening=self._moment(self.opening, language)) if self.opening else "",
            reference=self.complaint.reference,
            matters=self.matters(language),
            closing=self._closing(language),
            scale=SCALE,
        )
        return self._with_footer(text.strip("\n"), language)

    def _closing(self, language: str) -> str:
        """The team's signature, else the company's."""
        texts = texts_in(language).customer
        own = self._team.signature.get(language, "").strip("\n") if self._team else ""
        return own or f"{texts['regards']}\n{texts['signature'].format(company=self.rulebook.company)}"

    def _with_footer(self, text: str, language: str) -> str:
        footer = self._team.footer.get(language, "").strip("\n") if self._team else ""
        return f"{text}\n\n{footer}\n" if footer else f"{text}\n"

    @property
    def _team(self) -> "Team | None":
        return self.rulebook.teams.get(self.complaint.team)

    def _moment(self, moment: datetime | None, language: str) -> str:
        if moment is None:
            return ""
        zone = self.rulebook.timezone
        if self.now is None:
            return in_full(moment, language=language, zone=zone)
        return in_full_from(moment, now=self.now, language=language, zone=zone)


def neutral_subject(complaint: Complaint, built_in: str, language: str) -> str:
    """A subject that repeats nothing, such as *Olemme saaneet viestisi (V-7F3K9)*."""
    key = f"{built_in.removesuffix('_closed')}_subject"
    return texts_in(language).customer[key].format(reference=complaint.reference)
