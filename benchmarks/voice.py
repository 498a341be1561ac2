"""How the time for voices and speakers grows with the length of a hostile line: python benchmarks/voice.py."""

from __future__ import annotations

import time

from rich.console import Console
from rich.table import Table

from biasdetect.language.voice import VoiceMap, find_quotations, find_speakers

PIECES = (
    '"', "“", "'", "„‘", '"a ', "s' ", " a", "A ", ".” ", "he said, ", "accused of, ", "in a, b said c ", ", said A, ",
    "A, b, said ", "claims that was is ", "so-called ", "— he said ", "told x ",
)  # fmt: skip
LENGTH = 50_000  # characters


def seconds(text: str) -> float:
    """Time for the quotations, voices and speakers of one line."""
    start = time.perf_counter()
    voice = VoiceMap(text, 0, len(text), find_quotations(text, 0, len(text), "“"))
    voice.without_others(text)
    find_speakers([voice], text)
    return time.perf_counter() - start


def main() -> None:
    """Print, for each piece, the time for a line of it and the ratio to a line half as long."""
    table = Table("piece", "seconds", "twice the length takes")
    for piece in PIECES:
        short, long = (
            min(seconds(piece * (length // len(piece))) for _ in range(3)) for length in (LENGTH, 2 * LENGTH)
        )
        table.add_row(repr(piece), f"{long:.2f}", f"{long / short:.1f} times")
    Console().print(table)


if __name__ == "__main__":
    main()
