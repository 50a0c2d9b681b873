"""Mails that no program ever wrote: the corpus, damaged in every way, through reader, decision and store."""
