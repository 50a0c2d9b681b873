"""Who lives in the demo, and how they act on a mail of ours: Anna answers, Ville does not, customers write back."""

from collections.abc import Callable
from dataclasses import dataclass, field

from vastine.demo.letters import Letter, answer_to, bounce_of, out_of_office

ANNA, VILLE, MAIJA = (f"{name}@pohjolanpyora.example" for name in ("anna", "ville", "maija"))
MATTI, LIAM, ELIN = "matti@posti.example", "liam@mailbox.example", "elin@brevet.example"
MISTYPED, RESOLVED = "#ratkiastu", "#ratkaistu"
ANSWERS = {  # by topic and language; the last is for all other topics
    "payment": {
        "fi": "tarkistin tapahtumat: ylimääräinen maksu palautetaan tilillesi kahden päivän kuluessa.",
        "sv": "jag har kontrollerat betalningarna: den extra summan är tillbaka på ditt konto inom två dagar.",
        "en": "I have checked the payments: the extra amount will be back on your account within two days.",
    },
    "delivery": {
        "fi": "pyydän anteeksi viivästystä. Lähetys lähtee varastoltamme huomenna, ja saat siitä seurantatunnuksen.",
        "sv": "jag beklagar förseningen. Paketet lämnar vårt lager i morgon, och du får en spårningskod.",
        "en": "I am sorry about the delay. The parcel leaves our warehouse tomorrow, and you will get a tracking code.",
    },
    "fault": {
        "fi": "ikävä kuulla viasta. Korjaamme sen takuuna; voit tuoda pyörän lähimpään myymäläämme.",
        "sv": "tråkigt att höra om felet. Vi reparerar det på garantin; du kan lämna in cykeln i vår närmaste butik.",
        "en": "I am sorry to hear about the fault. We repair it under warranty; please bring it to our nearest shop.",
    },
    "invoice": {
        "fi": "lasku oli virheellinen, pahoittelen. Lähetän korjatun laskun tänään, vanhaa ei tarvitse maksaa.",
        "sv": "fakturan var felaktig, jag beklagar. Jag skickar en ny i dag, den gamla behöver inte betalas.",
        "en": "the invoice was wrong, I am sorry. I am sending a corrected one today; please ignore the old one.",
    },
    "": {
        "fi": "selvitin asiasi, ja se on nyt hoidossa. Palaan siihen vielä tänään.",
        "sv": "jag har utrett ditt ärende, och det är på väg att ordna sig. Jag återkommer i dag.",
        "en": "I have looked into it, and it is being taken care of. You will hear from me again today.",
    },
}
GREETINGS = {"fi": ("Hei,", "Terveisin\nAnna"), "sv": ("Hej,", "Hälsningar\nAnna"), "en": ("Hello,", "Regards,\nAnna")}
HER_WORDS = [words for texts in ANSWERS.values() for words in texts.values()]
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
        language = next(spoken, "fi")
        greeting, regards = GREETINGS[language]
        words = ANSWERS.get(letter.header("X-Vastine-Topic"), ANSWERS[""])[language]
        return f"{greeting}\n\n{words}\n\n{regards}"

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
