"""Who lives in the demo, and how they act on a mail of ours: Anna answers, Ville does not, customers write back."""

from collections.abc import Callable
from dataclasses import dataclass, field

from vastine.demo.letters import Letter, answer_to, bounce_of, out_of_office

ANNA, VILLE, MAIJA = (f"{name}@pohjolanpyora.example" for name in ("anna", "ville", "maija"))
MATTI, LIAM, ELIN = "matti@posti.example", "liam@mailbox.example", "elin@brevet.example"
MISTYPED, RESOLVED = "#ratkiastu", "#ratkaistu"
ANSWERS = {
    "fi": "Hei,\n\nselvitin asian: ylimääräinen maksu palautetaan tilillesi kahden päivän kuluessa.\n\nTerveisin Anna",
    "sv": "Hej,\n\njag har utrett saken: betalningen återbetalas till ditt konto inom två dagar.\n\nHälsningar Anna",
    "en": "Hello,\n\nI have looked into it: your money will be back on your account within two days.\n\nRegards, Anna",
}
FIRST_WORDS = {language: text.split("\n")[2] for language, text in ANSWERS.items()}
FOLLOW_UP = "Lisätieto: veloitukset näkyvät tiliotteella 19.6. ja 20.6."


@dataclass(slots=True, kw_only=True)
class People:
    """`deliver` puts a named mail into the support inbox; `language_of` tells a customer's language.

    The rest is what they did so far: Anna's complaints by reference, and the mails that were written.
    """

    deliver: Callable[[str, bytes], None]
    language_of: dict[str, str]
    annas: dict[str, Letter] = field(default_factory=dict)
    mistyped: str | None = None
    written: list[str] = field(default_factory=list)

    def act(self, letter: Letter) -> None:
        """What the recipient of this mail does about it, if anything."""
        if letter.to == ANNA and letter.kind == "routed":
            self._anna_answers(letter)
        elif letter.to == ANNA and letter.kind == "returned" and self.mistyped:
            self._anna_corrects()
        elif letter.kind == "acknowledgement":
            self._customer_acts(letter)

    def _anna_answers(self, letter: Letter) -> None:
        if letter.reference in self.annas:
            return
        self.annas[letter.reference] = letter
        if self.mistyped is None:
            self.mistyped = letter.reference
            self._anna_writes(letter, f"{MISTYPED}\n\n{self._words(letter)}", "anna-mistypes")
        else:
            self._anna_writes(letter, self._words(letter), "anna-answers")

    def _anna_corrects(self) -> None:
        letter = self.annas[self.mistyped or ""]
        if "anna-corrects" not in self.written:
            self._anna_writes(letter, f"{RESOLVED}\n\n{self._words(letter)}", "anna-corrects")

    def _anna_writes(self, letter: Letter, text: str, name: str) -> None:
        reply = answer_to(letter, name="Anna Virtanen", address=ANNA, text=text, language="fi")
        self._send(name, reply)

    def _words(self, letter: Letter) -> str:
        spoken = (language for customer, language in self.language_of.items() if customer in letter.text)
        return ANSWERS[next(spoken, "fi")]

    def _customer_acts(self, letter: Letter) -> None:
        if letter.to == MATTI:
            reply = answer_to(letter, name="Matti", address=MATTI, text=FOLLOW_UP, language="fi")
            self._send("matti-adds", reply)
        elif letter.to == LIAM:
            self._send("liam-is-away", out_of_office(letter, address=LIAM))
        elif letter.to == ELIN:
            self._send("elin-bounces", bounce_of(letter))

    def _send(self, name: str, raw: bytes) -> None:
        self.written.append(name)
        self.deliver(name, raw)
