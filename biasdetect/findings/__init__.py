"""What machines read: findings with fingerprints as SARIF, GitHub annotations or one a line; baselines, changed lines."""
