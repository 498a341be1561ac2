"""Many articles: streamed, scored on all cores, gone on with where it was stopped, written as one table."""
