"""What machines read: flagged phrases as findings with fingerprints, in SARIF, as GitHub annotations, one a line; baselines and changed lines."""
