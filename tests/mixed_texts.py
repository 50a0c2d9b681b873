"""What the people of `mixed` write, in three languages, and what their programs add."""

import base64
import random

SUPPORT = "asiakaspalvelu@pohjolanpyora.example"
AUTHSERV_ID = "mx.pohjolanpyora.example"

# Subject on the first line, then the text; `---` divides.
WRITTEN = {
    "fi": """\
Maksu veloitettu kahdesti
Hei,

kortiltani veloitettiin tilaus {order} kahdesti, yhteensä {amount} €. Pyydän palauttamaan
ylimääräisen summan mahdollisimman pian, sillä tililläni ei ole rahaa laskuihin.
---
Paketti ei ole tullut
Hei! Tilaukseni {order} piti saapua jo viime viikolla, mutta paketti ei ole tullut. Seurannan mukaan
lähetys on edelleen varastossanne. Milloin saan pyöräni?
---
Polkupyörä rikki
Hyvää päivää,

kaksi viikkoa sitten ostetun pyörän takavaihtaja on rikki eivätkä jarrut toimi. Maksoin pyörästä
{amount} €. Haluaisin, että pyörä korjataan takuun piirissä.
---
Palautus
Moi, tilasin kypärän (tilaus {order}), mutta se on aivan liian pieni. Miten palautus tehdään ja
milloin saan rahat takaisin?
---
Laskussa virhe
Hei,

lähettämässänne laskussa on virhe: huollosta sovittiin {amount} €, mutta lasku on kaksinkertainen.
Voisitteko lähettää korjatun laskun?
---
Akku ei lataudu
Sähköpyöräni akku ei enää lataudu, vaikka pyörä on vasta puoli vuotta vanha. Onko takuu voimassa, ja
minne akun voi viedä? Tilausnumero on {order}.""",
    "sv": """\
Dubbel betalning
Hej,

betalningen för min beställning {order} har dragits två gånger från mitt konto, sammanlagt {amount}
€. Jag vill gärna ha den ena betalningen tillbaka så fort som möjligt.
---
Försenad leverans
Hej! Jag beställde en cykel för tre veckor sedan ({order}) och leveransen är fortfarande försenad.
Kan ni ta reda på var paketet är och när det kommer fram?
---
Trasig cykel
God dag,

växlarna på cykeln som jag köpte av er i våras är trasiga och bromsarna fungerar dåligt. Jag
betalade {amount} € och skulle vilja ha cykeln reparerad på garantin.
---
Fel på fakturan
Hej, fakturan som ni skickade är felaktig. Vi beställde fem hjälmar men blev fakturerade för femton.
Vänligen skicka en ny faktura, beställningen är {order}.""",
    "en": """\
Charged twice
Hello,

I was charged twice for my order {order}, {amount} € in all. Could you please refund one of the
payments as soon as possible?
---
My delivery is late
Hi,

the delivery of my bicycle is two weeks late and the tracking page has not changed since then.
Please tell me where it is, or cancel the order {order}.
---
Broken gears
Dear customer service,

the gears of the bicycle that I bought from you in the spring are broken, and the brakes do not work
well either. I paid {amount} € and would like to have it repaired under warranty.
---
Returning a helmet
Hello, the helmet I ordered ({order}) is far too small. How do I return it, and when will I get my
money back?""",
}
TEXTS = {
    language: [tuple(item.split("\n", 1)) for item in texts.split("\n---\n")] for language, texts in WRITTEN.items()
}
NAMES = {
    "fi": ("Matti Virtanen", "Sanna Korhonen", "Eila Mäkinen", "Jari Lehtonen", "Tuula Hämäläinen", "Pekka Salo"),
    "sv": ("Karin Lindström", "Anders Nyman", "Elin Sjöberg", "Maria Öhman", "Jan Holm"),
    "en": ("Sarah Jones", "Tom Baker", "Priya Patel", "Grace Oduya", "Liam Murphy"),
}
HISTORY = {
    "fi": ("VS: ", "ma 8.6.2026 klo 10.15 Pohjolan Pyörä <" + SUPPORT + "> kirjoitti:", "Kiitos tilauksestasi."),
    "sv": ("SV: ", "Den mån 8 juni 2026 kl 10:15 skrev Pohjolan Pyörä <" + SUPPORT + ">:", "Tack för din beställning."),
    "en": ("Re: ", "On Mon, 8 Jun 2026 at 10:15, Pohjolan Pyörä <" + SUPPORT + "> wrote:", "Thank you for the order."),
}
PHOTOGRAPH = base64.encodebytes(bytes(random.Random(7).randrange(256) for _ in range(6_000))).decode()

SIGNED = (
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1; t=1782108842;\n"
    "\th=from:to:subject:date:message-id:mime-version:content-type;\n\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\n"
    + "".join(f"\t {line}\n" for line in ["b=" + "Zm9vYmFyYmF6" * 5] + ["cXV4cXV1eGNvcmdl" * 4] * 4)
)


def trace(sender: str, domain: str, number: str, *, null: bool = False) -> str:
    """What the company's own mail exchanger puts on top: the return path, its verdict and its Received line."""
    return (
        f"Return-Path: <{'' if null else sender}>\n"
        f"Authentication-Results: {AUTHSERV_ID};\n\tdkim=pass header.d={domain};\n\tspf=pass smtp.mailfrom={sender};\n"
        f"\tdmarc=pass header.from={domain}\n{SIGNED.format(domain=domain)}"
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.25])\n\tby {AUTHSERV_ID} (Postfix) with ESMTPS"
        f" id {number}\n\tfor <{SUPPORT}>; Mon, 22 Jun 2026 09:14:05 +0300 (EEST)\n"
    )
