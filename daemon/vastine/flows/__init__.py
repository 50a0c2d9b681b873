"""The stories, each read top to bottom: a mail in, a mail out, a tick of the clock."""
