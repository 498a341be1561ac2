"""Wording to use instead of a phrase: what the corpus taught is tried, and what the model then finds better is offered."""

from biasdetect.suggest.check import add_suggestions

__all__ = ["add_suggestions"]
