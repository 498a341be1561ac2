"""What docs/generate.py writes into README and docs, by what it tells."""
