"""Automatic texts to customers, in Finnish."""

CUSTOMER = {
    "greeting": "Hei,",
    "greeting_by_name": "Hei {name},",
    "regards": "Ystävällisin terveisin",
    "signature": "{company}, asiakaspalvelu",
    "acknowledgement_subject": "Olemme saaneet viestisi ({reference})",
    "acknowledgement": """\
{greeting}

kiitos viestistäsi. Otimme asian käsittelyyn ja vastaamme sinulle viimeistään {promise}.

Voit lisätä tietoja tai liitteitä vastaamalla tähän viestiin. Asian tunnus on {reference}.

{closing}
""",
    "acknowledgement_without_time": """\
{greeting}

kiitos viestistäsi. Otimme asian käsittelyyn ja vastaamme sinulle.

Voit lisätä tietoja tai liitteitä vastaamalla tähän viestiin. Asian tunnus on {reference}.

{closing}
""",
    "delay_subject": "Vastauksemme viivästyy ({reference})",
    "delay": """\
{greeting}

lupasimme vastata sinulle viimeistään {old_promise}. Selvitys kestää valitettavasti pidempään. \
Saat vastauksen viimeistään {promise}. Pahoittelemme viivästystä.

Asian tunnus on {reference}.

{closing}
""",
    "closing_subject": "Asiasi on käsitelty ({reference})",
    "closing": """\
{greeting}

asiasi {reference} on nyt käsitelty. Jos jokin jäi auki, vastaa tähän viestiin, niin jatkamme.

{closing}
""",
}
