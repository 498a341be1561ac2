"""Numbers with their nouns in the singular or plural, for messages."""

from __future__ import annotations


def count_of(number: int, noun: str, *, grouped: bool = False) -> str:
    """A number and its noun, as in "1 phrase" and "2 phrases"; ``grouped`` puts a comma at the thousands."""
    shown = f"{number:,}" if grouped else f"{number}"
    return f"{shown} {noun}" + ("" if number == 1 else "s")
