"""Suggests wording to use instead of a phrase, keeps what the model then finds better, and applies it to a text."""

from biasdetect.suggest.check import add_suggestions

__all__ = ["add_suggestions"]
