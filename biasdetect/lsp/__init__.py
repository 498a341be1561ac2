"""The language server: findings in an editor."""
