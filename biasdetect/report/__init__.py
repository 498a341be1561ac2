"""Reports for people: terminal, HTML page, notebook; the shell of every HTML page."""
