"""The demonstration: sample mails, an embedded mail server, and a story of a working day in half a minute."""
