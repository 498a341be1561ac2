"""Regular expressions that are compiled when they are first used.

There are hundreds, a text needs some of them, and compiling them all would be a third of a short run's time.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Pattern:
    """Stands for a compiled pattern; each of its methods is looked up once."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._arguments = pattern, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._arguments), name)
        setattr(self, name, value)
        return value


def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression as :func:`re.compile` gives it, save that a mistake in it is raised where it is used."""
    return cast("re.Pattern[str]", _Pattern(pattern, flags))
