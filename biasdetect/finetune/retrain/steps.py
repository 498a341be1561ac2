"""Names the steps of a training as they begin, and keeps how long each takes by the clock on the wall."""

from __future__ import annotations

import time
from collections.abc import Callable

Counted = Callable[[str, int, int], None]
"""Called with a step, how much of it is done, and how much there is."""


class Steps:
    """The steps so far; a training that is not watched says nothing.

    Attributes:
        say: takes each line for the user.
        seconds: by step, in their order; a step that comes twice adds up.
    """

    def __init__(self, say: Callable[[str], None] = lambda _: None, counted: Counted | None = None) -> None:
        self.say = say
        self.seconds: dict[str, float] = {}
        self._counted = counted
        self._name = ""
        self._begun = 0.0

    def begin(self, name: str, *, told: bool = True) -> None:
        """End the step before and begin the next.

        Args:
            name: in small letters, such as ``training``.
            told: whether the user is told; not where a display of its own begins.
        """
        self.end()
        self._name, self._begun = name, time.monotonic()
        if told:
            self.say(name[:1].upper() + name[1:])

    def count(self, done: int, total: int) -> None:
        """Say how far the step is."""
        if self._counted:
            self._counted(self._name, done, total)

    def within(self) -> Steps:
        """Steps that are parts of this one: they are told and counted, and their times are their own."""
        return Steps(self.say, self._counted)

    def end(self) -> None:
        """End the step; nothing where none has begun."""
        if self._name:
            self.seconds[self._name] = self.seconds.get(self._name, 0.0) + time.monotonic() - self._begun
            self._name = ""
