"""Scores many articles: streamed, on all cores or a Ray cluster, resumable, written as one table."""
