"""Automatic texts to customers, in Finnish."""

CUSTOMER = {
    "greeting": "Hei,",
    "greeting_by_name": "Hei {name},",
    "regards": "Ystävällisin terveisin",
    "signature": "{company}, asiakaspalvelu",
    "acknowledgement_subject": "Olemme saaneet viestisi ({reference})",
    "acknowledgement": """\
{greeting}

kiitos viestistäsi. Otimme asian käsittelyyn ja vastaamme sinulle viimeistään {promise}.{opening}

Voit lisätä tietoja tai liitteitä vastaamalla tähän viestiin. Asian tunnus on {reference}.

{closing}
""",
    "acknowledgement_without_time": """\
{greeting}

kiitos viestistäsi. Otimme asian käsittelyyn ja vastaamme sinulle.{opening}

Voit lisätä tietoja tai liitteitä vastaamalla tähän viestiin. Asian tunnus on {reference}.

{closing}
""",
    "opening": " Palvelemme taas {opening}.",
    "recorded_subject": "Kirjasimme asiasi ({reference})",
    "recorded": """\
{greeting}

kirjasimme asian, josta otit meihin yhteyttä. Vastaamme sinulle viimeistään {promise}.

Voit lisätä tietoja tai liitteitä vastaamalla tähän viestiin. Asian tunnus on {reference}.

{closing}
""",
    "recorded_without_time": """\
{greeting}

kirjasimme asian, josta otit meihin yhteyttä. Otimme sen käsittelyyn ja vastaamme sinulle.

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
    "delay_missed_subject": "Vastauksemme viivästyy ({reference})",
    "delay_missed": """\
{greeting}

lupasimme vastata sinulle viimeistään {old_promise}. Valitettavasti emme ole vielä pystyneet siihen. \
Saat vastauksen viimeistään {promise}. Pahoittelemme viivästystä.

Asian tunnus on {reference}.

{closing}
""",
    "status_subject": "Asiasi tilanne ({reference})",
    "status": """\
{greeting}

tässä on tilanne juuri nyt:

{matters}

Jos haluat lisätä jotakin tai jokin jäi auki, vastaa tähän viestiin.

{closing}
""",
    "status_promised": "asia on käsittelyssä. Vastaamme sinulle viimeistään {promise}.",
    "status_late": "asia on käsittelyssä. Vastauksemme on valitettavasti myöhässä, ja olemme siitä pahoillamme.",
    "status_open": "asia on käsittelyssä, ja vastaamme sinulle.",
    "status_answered": "olemme vastanneet sinulle, ja asia on yhä avoinna.",
    "status_waiting": "odotamme vastaustasi viestiimme.",
    "status_resolved": "asia on käsitelty.",
    "closing_subject": "Asiasi on käsitelty ({reference})",
    "closing": """\
{greeting}

asiasi {reference} on nyt käsitelty. Jos jokin jäi auki, vastaa tähän viestiin, niin jatkamme.

{closing}
""",
    "survey_csat_subject": "Kuinka onnistuimme? ({reference})",
    "survey_csat": """\
{greeting}

asiasi {reference} on nyt käsitelty. Jos jokin jäi auki, vastaa tähän viestiin, niin jatkamme.

Kuinka hyvin onnistuimme? Vastaa yhdellä numerolla 1–5 (1 = huonosti, 5 = erinomaisesti).

{scale}

{closing}
""",
    "survey_csat_closed": """\
{greeting}

kiitos, että otit yhteyttä asiassa {reference}.

Kuinka hyvin onnistuimme? Vastaa yhdellä numerolla 1–5 (1 = huonosti, 5 = erinomaisesti).

{scale}

{closing}
""",
    "survey_nps_subject": "Kuinka onnistuimme? ({reference})",
    "survey_nps": """\
{greeting}

asiasi {reference} on nyt käsitelty. Jos jokin jäi auki, vastaa tähän viestiin, niin jatkamme.

Kuinka todennäköisesti suosittelisit meitä ystävälle tai työkaverille? Vastaa yhdellä numerolla 0–10 \
(0 = en lainkaan todennäköisesti, 10 = erittäin todennäköisesti).

{scale}

{closing}
""",
    "survey_nps_closed": """\
{greeting}

kiitos, että otit yhteyttä asiassa {reference}.

Kuinka todennäköisesti suosittelisit meitä ystävälle tai työkaverille? Vastaa yhdellä numerolla 0–10 \
(0 = en lainkaan todennäköisesti, 10 = erittäin todennäköisesti).

{scale}

{closing}
""",
    "survey_refusal": "STOP",
    "survey_way_out": "Etkö halua meiltä tällaisia kyselyjä? Vastaa STOP, niin emme lähetä niitä enää.",
    "survey_way_out_link": "Pyydä lopettamaan kyselyt",
}
