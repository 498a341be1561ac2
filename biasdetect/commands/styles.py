"""Finds the house style for a document: the nearest upwards from its file, the one named, or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from biasdetect.house import HouseStyle, Rules, find_house_style, read_house_style
from biasdetect.reading.files import STDIN
from biasdetect.reading.inputs import is_address


class Styles:
    """The rules for each document of a run."""

    def __init__(self, file: Path | None, off: bool) -> None:
        """Args: the file that is named; whether neither a house style nor marks in texts count.

        Raises:
            HouseStyleError: where the file cannot be used.
        """
        if file and off:
            raise click.UsageError("--house-style and --no-house-style exclude each other.")
        self._off = off
        self._given = read_house_style(file) if file else None
        if file and self._given is None:
            raise click.UsageError(f"{file}: has no table [tool.biasdetect].")

    def rules(self, name: str) -> Rules:
        """The rules for a document of this name: a path, ``-`` (as if in the working folder), or an address.

        A page from the web has no house style but one that is named, and its own marks silence nothing.

        Raises:
            HouseStyleError: where the file that is found cannot be used.
        """
        if self._off:
            return Rules(marks=False)
        if is_address(name):
            return replace(self._given.for_path() if self._given else Rules(), marks=False)
        path = None if name in ("", STDIN) else name
        style = self._given or find_house_style(path or Path.cwd())
        return style.for_path(path) if style else Rules()

    def rules_here(self, name: str) -> Rules:
        """The same where names come from others: they lead to no house style but the one of the working folder."""
        if self._off or is_address(name):
            return self.rules(name)
        style = self._here()
        return style.for_path(name or None) if style else Rules()

    def file(self) -> Path | None:
        """The file of the house style that is named, or else that of the working folder; None where there is none.

        Raises:
            HouseStyleError: where it cannot be used.
        """
        style = None if self._off else self._here()
        return style.path if style else None

    def _here(self) -> HouseStyle | None:
        return self._given or find_house_style(Path.cwd())
