"""What is found and not reported: what a baseline knows, and what did not change since a revision."""
