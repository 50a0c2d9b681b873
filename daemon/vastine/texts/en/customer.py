"""Automatic texts to customers, in English."""

CUSTOMER = {
    "greeting": "Hello,",
    "greeting_by_name": "Hello {name},",
    "regards": "Kind regards",
    "signature": "{company}, customer service",
    "acknowledgement_subject": "We have received your message ({reference})",
    "acknowledgement": """\
{greeting}

Thank you for writing to us. We are looking into this and will reply by {promise}.{opening}

To add anything, just reply to this message. Your reference is {reference}.

{closing}
""",
    "acknowledgement_without_time": """\
{greeting}

Thank you for writing to us. We are looking into this and will reply to you.{opening}

To add anything, just reply to this message. Your reference is {reference}.

{closing}
""",
    "opening": " We are back on {opening}.",
    "recorded_subject": "We have noted your request ({reference})",
    "recorded": """\
{greeting}

We have noted what you contacted us about, and will reply by {promise}.

To add anything, just reply to this message. Your reference is {reference}.

{closing}
""",
    "recorded_without_time": """\
{greeting}

We have noted what you contacted us about. We are looking into it and will reply to you.

To add anything, just reply to this message. Your reference is {reference}.

{closing}
""",
    "delay_subject": "Our reply is delayed ({reference})",
    "delay": """\
{greeting}

We promised to reply to you by {old_promise}. Unfortunately, looking into this is taking longer. \
You will have our reply by {promise}. We are sorry for the delay.

Your reference is {reference}.

{closing}
""",
    "delay_missed_subject": "Our reply is delayed ({reference})",
    "delay_missed": """\
{greeting}

We promised to reply to you by {old_promise}. Unfortunately, we have not been able to do so yet. \
You will have our reply by {promise}. We are sorry for the delay.

Your reference is {reference}.

{closing}
""",
    "status_subject": "How your matter stands ({reference})",
    "status": """\
{greeting}

This is how things stand right now:

{matters}

To add anything, or if something is still open, just reply to this message.

{closing}
""",
    "status_promised": "we are looking into it and will reply by {promise}.",
    "status_late": "we are looking into it. Our reply is late, and we are sorry about that.",
    "status_open": "we are looking into it and will reply to you.",
    "status_answered": "we have replied to you, and the matter is still open.",
    "status_waiting": "we are waiting for your reply to our message.",
    "status_resolved": "it has been dealt with.",
    "closing_subject": "Your matter has been dealt with ({reference})",
    "closing": """\
{greeting}

Your matter {reference} has now been dealt with. If anything is still open, just reply to this message and we will \
carry on.

{closing}
""",
    "survey_csat_subject": "How did we do? ({reference})",
    "survey_csat": """\
{greeting}

Your matter {reference} has now been dealt with. If anything is still open, just reply to this message and we will \
carry on.

How did we do? Reply with a single number from 1 to 5 (1 = poorly, 5 = excellently).

{scale}

{closing}
""",
    "survey_csat_closed": """\
{greeting}

Thank you for contacting us about your matter {reference}.

How did we do? Reply with a single number from 1 to 5 (1 = poorly, 5 = excellently).

{scale}

{closing}
""",
    "survey_nps_subject": "How did we do? ({reference})",
    "survey_nps": """\
{greeting}

Your matter {reference} has now been dealt with. If anything is still open, just reply to this message and we will \
carry on.

How likely are you to recommend us to a friend or colleague? Reply with a single number from 0 to 10 \
(0 = not at all likely, 10 = extremely likely).

{scale}

{closing}
""",
    "survey_nps_closed": """\
{greeting}

Thank you for contacting us about your matter {reference}.

How likely are you to recommend us to a friend or colleague? Reply with a single number from 0 to 10 \
(0 = not at all likely, 10 = extremely likely).

{scale}

{closing}
""",
    "survey_refusal": "STOP",
    "survey_way_out": "Would you rather not get surveys like this from us? Reply STOP and we will send no more.",
    "survey_way_out_link": "Ask us to stop sending surveys",
}
