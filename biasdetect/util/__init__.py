"""Small things that every room may use: atomic writes, locks, lazily compiled patterns, lines and columns, numbers."""
