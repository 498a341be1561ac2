"""Work counted and not timed: what a machine is busy with beside a test changes no count."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import biasdetect
from biasdetect.util import patterns

_OURS = str(Path(biasdetect.__file__).parent)


def work(function: Callable[..., Any], *arguments: Any) -> int:
    """Steps of a call: lines of the package that run, and characters that its patterns look through."""
    steps = 0

    def line(frame: Any, event: str, _: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return line

    def call(frame: Any, *_: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(_OURS) else None

    def counting(pattern: Any, name: str) -> Any:
        method = getattr(re.compile(*pattern._arguments), name)

        def counted(text: str, position: int = 0, *end: int) -> Any:
            nonlocal steps
            found = method(text, position, *end)
            # a search that finds nothing has looked at all there is; what does not fit at a place is seen soon
            stop = found.end() if found else min([len(text), *end]) if name == "search" else position
            steps += max(stop - position, 1)
            return found

        def each(text: str, position: int = 0, *end: int) -> Any:
            nonlocal steps
            for found in method(text, position, *end):
                steps += max(found.end() - position, 1)
                position = found.end()
                yield found
            steps += min([len(text), *end]) - position

        def whole(*arguments: Any, **options: Any) -> Any:
            nonlocal steps
            steps += sum(len(argument) for argument in arguments if isinstance(argument, str))
            return method(*arguments, **options)

        return {"search": counted, "match": counted, "fullmatch": counted, "finditer": each}.get(name, whole)

    compiled = patterns._Pattern.__getattr__
    _forget()
    patterns._Pattern.__getattr__ = counting  # type: ignore[method-assign]
    before = sys.gettrace()
    sys.settrace(call)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
        patterns._Pattern.__getattr__ = compiled  # type: ignore[method-assign]
        _forget()
    return steps


def grows_with_length(made: Callable[[int], Any], function: Callable[[Any], Any], size: int) -> bool:
    """Whether four times as much to do takes about four times the work; where work grew by squares it would take sixteen times."""
    first, second = made(size), made(4 * size)
    function(first)  # what is done once is done
    return work(function, second) < 5 * work(function, first) + 1000


def _forget() -> None:
    """Make every pattern look its methods up anew."""
    for pattern in gc.get_objects():
        if type(pattern) is patterns._Pattern:
            arguments = pattern._arguments
            vars(pattern).clear()
            pattern._arguments = arguments
