"""Reports and digests: from measures to what people read. Nothing is counted, drawn or sent here."""
