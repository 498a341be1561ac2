"""Summarizes a scored table: rates by outlet and month with intervals, the most used phrases; as tables and as a page."""
