"""Numbers of things, as they are told."""

from __future__ import annotations


def count_of(number: int, noun: str, *, grouped: bool = False) -> str:
    """A number and its noun, as in "1 phrase" and "2 phrases"; ``grouped`` puts a comma at the thousands."""
    told = f"{number:,}" if grouped else f"{number}"
    return f"{told} {noun}" + ("" if number == 1 else "s")
