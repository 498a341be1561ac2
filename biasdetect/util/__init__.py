"""What every room uses and none owns: atomic writes, locks, lazily compiled patterns, lines and columns."""
