"""Landing pages: from a brief to a page as data, from there to files, checks, repairs and edits. No I/O here."""
