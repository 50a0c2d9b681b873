"""The commonest small words of a few languages: in a short mail they tell more than all statistics of letters.

A word that several languages share stands in each of them. Written by hand; accents as people type them, and without.
"""

from collections.abc import Iterable, Mapping
from typing import Final

WORDS: Final[Mapping[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "fi": """
            ja on ei en et että etta oli olen ole olisi ovat se ne tämä tama nyt jo vai vaan kun kuin mutta mitä
            mita missä missa mikä mika miksi milloin koska kuinka miten joka jos niin myös myos vielä viela
            sitten hei moi kiitos minä mina minun mun mulle minulle te teidän teidan teille teiltä teilta meille
            meidän meidan sinä mä mä mie sä oon eikö eiko onko voiko voisitteko olisiko saanko saako kiitti
            terve eiks onks tuliks siis kaksi toinen vieläkään vielakaan jonka joten sekä seka tai koko olen
            olemme eivät eivat eikä eika ollut saanut saanu tullut tullu ostin tilasin tilaus tilaukseni lasku
            paketti paketin haluan ikinä ikina aina heti terveisin ystävällisin
        """,
        "sv": """
            och att det är ar jag har inte en ett som på pa för for med av den till om men var vad när nar hur
            varför varfor min mitt mina ni er ert era vi kan kunde ska skulle vill hej tack fick fått fatt får
            far redan än an ännu annu också ocksa från fran eller så sa då da nu ingen inget inga någon nagon
            något nagot hos ju va mvh kommer kom beställde bestallde beställning bestallning faktura paket
            paketet pengarna tillbaka sedan vänliga vanliga hälsningar halsningar hälsning de dem sin sig bli
            blev varit hade blir igen gick går gar
        """,
        "en": """
            the and is are was were be been have has had i my me you your it its this that of to for with not no
            on in at but from what when where why how who which can could would should will do does did don't
            didn't can't won't haven't hasn't isn't wasn't never please thanks thank hello hi dear we our they
            there if or an as by still yet any order ordered arrived refund money back get got since again just
            now day days weeks after anyone somebody regards kind best about call calls yes also because been
            only
        """,
        "et": """
            ja on ei ole see seda selle kus kas mis millal miks kuidas kui aga et mu minu mina ma te teie teil
            teilt tere aitäh aitah tänan palun juba veel ikka ainult siis või voi ning ka oli olen pole mulle
            mind meie me sai sain sa ta mida midagi kohale kohal tellimus tellisin tellimuse raha tagasi arve
            pakk paki toode katki jälle jalle terve nädalat päeva teile saatsite tähendab tahan soovin saab võib
            nii väga vaga kes
        """,
        "no": """
            og at det er jeg eg har ikke ikkje en ei et som på for med av den til om men var hva kva når hvor
            kor hvorfor kvifor hvordan min mitt mine dere deres dykk vi kan kunne skal skulle vil hei takk fikk
            fått får allerede enda ennå også fra eller så da nå no ingen noe noen hos kommer kom bestilte
            bestilling faktura pakke pakken pengene tilbake siden hilsen vennlig mvh ble blir gjør gjer fekk
            berre ein mottatt uke uker sykkel sykkelen
        """,
        "da": """
            og at det er jeg har ikke en et som på for med af den til om men var hvad hvornår hvor hvorfor
            hvordan min mit mine i jer jeres vi kan kunne skal skulle vil hej tak fik fået får allerede endnu
            også fra eller så da nu ingen noget nogen hos kommer kom bestilte bestilling faktura pakke pakken
            pengene tilbage siden hilsen venlig mvh blev bliver sker sendt modtaget uge uger cykel cyklen
            forkerte forkert mig dig hej hejsa mangler gik været
        """,
        "de": """
            und der die das ist sind war nicht ich mein meine meinen mir mich sie ihr ihre ihnen wir ein eine
            einen einem es auf für fur mit von zu zum zur den dem des im in an aber wo was wann warum wie wer
            kann könnte können bitte danke hallo guten tag noch schon immer habe hat haben wurde werden wird bei
            nach auch oder wenn dass kein keine bestellung bestellt rechnung paket geld zurück zuruck seit sehr
            grüße gruß freundlichen mehr nur
        """,
        "ru": """
            и в не на я что с это мой моя мое где когда почему как у вас мне меня нет да но уже еще ещё за по из
            от до для заказ деньги посылка здравствуйте спасибо пожалуйста zdravstvuyte zdravstvujte gde kogda
            pochemu moy moi zakaz zakazal zakazala ya nichego ne prishlo prishel dostavka dengi spasibo
            pozhaluysta uzhe eshche
        """,
    }.items()
}


def counted(words: Iterable[str]) -> dict[str, int]:
    """How many of these words, in lower case, are small words of each language."""
    found = list(words)
    return {language: sum(word in known for word in found) for language, known in WORDS.items()}
