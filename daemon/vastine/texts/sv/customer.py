"""Automatic texts to customers, in Swedish."""

CUSTOMER = {
    "greeting": "Hej,",
    "greeting_by_name": "Hej {name},",
    "regards": "Med vänlig hälsning",
    "signature": "{company}, kundservice",
    "acknowledgement_subject": "Vi har tagit emot ditt meddelande ({reference})",
    "acknowledgement": """\
{greeting}

tack för ditt meddelande. Vi har tagit emot ärendet och svarar dig senast {promise}.{opening}

Du kan komplettera ditt ärende genom att svara på det här mejlet. Ärendenumret är {reference}.

{closing}
""",
    "acknowledgement_without_time": """\
{greeting}

tack för ditt meddelande. Vi har tagit emot ärendet och återkommer till dig.{opening}

Du kan komplettera ditt ärende genom att svara på det här mejlet. Ärendenumret är {reference}.

{closing}
""",
    "opening": " Vi är på plats igen {opening}.",
    "recorded_subject": "Vi har antecknat ditt ärende ({reference})",
    "recorded": """\
{greeting}

vi har antecknat det ärende som du kontaktade oss om. Vi svarar dig senast {promise}.

Du kan komplettera ditt ärende genom att svara på det här mejlet. Ärendenumret är {reference}.

{closing}
""",
    "recorded_without_time": """\
{greeting}

vi har antecknat det ärende som du kontaktade oss om. Vi tar hand om det och svarar dig.

Du kan komplettera ditt ärende genom att svara på det här mejlet. Ärendenumret är {reference}.

{closing}
""",
    "delay_subject": "Vårt svar dröjer ({reference})",
    "delay": """\
{greeting}

vi lovade att svara dig senast {old_promise}. Tyvärr tar utredningen längre tid än så. \
Du får svar senast {promise}. Vi beklagar dröjsmålet.

Ärendenumret är {reference}.

{closing}
""",
    "delay_missed_subject": "Vårt svar dröjer ({reference})",
    "delay_missed": """\
{greeting}

vi lovade att svara dig senast {old_promise}. Tyvärr har vi ännu inte kunnat göra det. \
Du får svar senast {promise}. Vi beklagar dröjsmålet.

Ärendenumret är {reference}.

{closing}
""",
    "status_subject": "Läget i ditt ärende ({reference})",
    "status": """\
{greeting}

så här ser det ut just nu:

{matters}

Om du vill tillägga något eller om något är oklart kan du svara på det här mejlet.

{closing}
""",
    "status_promised": "ärendet är under behandling. Vi svarar dig senast {promise}.",
    "status_late": "ärendet är under behandling. Vårt svar är tyvärr försenat, och det beklagar vi.",
    "status_open": "ärendet är under behandling och vi återkommer till dig.",
    "status_answered": "vi har svarat dig, och ärendet är fortfarande öppet.",
    "status_waiting": "vi väntar på ditt svar på vårt meddelande.",
    "status_resolved": "ärendet är färdigbehandlat.",
    "closing_subject": "Ditt ärende är färdigbehandlat ({reference})",
    "closing": """\
{greeting}

ditt ärende {reference} är nu färdigbehandlat. Om något är oklart kan du svara på det här mejlet, så fortsätter vi.

{closing}
""",
    "survey_csat_subject": "Hur lyckades vi? ({reference})",
    "survey_csat": """\
{greeting}

ditt ärende {reference} är nu färdigbehandlat. Om något är oklart kan du svara på det här mejlet, så fortsätter vi.

Hur väl lyckades vi? Svara med en siffra 1–5 (1 = dåligt, 5 = utmärkt).

{scale}

{closing}
""",
    "survey_csat_closed": """\
{greeting}

tack för att du kontaktade oss i ärendet {reference}.

Hur väl lyckades vi? Svara med en siffra 1–5 (1 = dåligt, 5 = utmärkt).

{scale}

{closing}
""",
    "survey_nps_subject": "Hur lyckades vi? ({reference})",
    "survey_nps": """\
{greeting}

ditt ärende {reference} är nu färdigbehandlat. Om något är oklart kan du svara på det här mejlet, så fortsätter vi.

Hur sannolikt är det att du skulle rekommendera oss till en vän eller kollega? Svara med ett tal 0–10 \
(0 = inte alls sannolikt, 10 = mycket sannolikt).

{scale}

{closing}
""",
    "survey_nps_closed": """\
{greeting}

tack för att du kontaktade oss i ärendet {reference}.

Hur sannolikt är det att du skulle rekommendera oss till en vän eller kollega? Svara med ett tal 0–10 \
(0 = inte alls sannolikt, 10 = mycket sannolikt).

{scale}

{closing}
""",
    "survey_refusal": "STOP",
    "survey_way_out": "Vill du inte få sådana här enkäter av oss? Svara STOP, så skickar vi inga fler.",
    "survey_way_out_link": "Be oss sluta skicka enkäter",
}
