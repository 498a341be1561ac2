"""Sentence boundaries, voice and language."""
