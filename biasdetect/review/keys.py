"""What an interface of single keys is made of: keys by name, a line that is typed, a screen after the other."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType

_KEY = re.compile(r"\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Za-z]|[\xe0\x00][HKMP]|.", re.DOTALL)
# what terminals send for the arrows, Windows' console last
_NAMES = {
    "\t": "next", "\x1b[B": "next", "\x1bOB": "next", "\xe0P": "next", "\x00P": "next",
    "\x1b[Z": "previous", "\x1b[A": "previous", "\x1bOA": "previous", "\xe0H": "previous", "\x00H": "previous",
    "\x1b[D": "left", "\x1bOD": "left", "\xe0K": "left", "\x00K": "left",
    "\x1b[C": "right", "\x1bOC": "right", "\xe0M": "right", "\x00M": "right",
    "\x1b[1;2D": "{", "\x1b[1;2C": "}", "\x1b[d": "{", "\x1b[c": "}",
    "\r": "enter", "\n": "enter", "\x1b": "escape",
}  # fmt: skip


@contextmanager
def unechoed_keys() -> Iterator[None]:
    """Keys that are typed while nothing waits for one do not appear on the screen; they are not lost."""
    with _echo(on=False):
        yield


def typed_line(prompt: str, start: str) -> str:
    """A line that is typed in answer to a prompt, on one that begins with some text where the terminal can do that.

    Raises:
        KeyboardInterrupt: for Ctrl-C.
    """
    try:
        import readline
    except ImportError:  # Windows has its own
        pass
    else:
        readline.set_startup_hook(lambda: readline.insert_text(start))
    try:
        with _echo(on=True):
            return input(prompt)
    except EOFError:
        return ""
    finally:
        if "readline" in sys.modules:
            sys.modules["readline"].set_startup_hook()


@contextmanager
def _echo(*, on: bool) -> Iterator[None]:
    """Whether the terminal shows what is typed."""
    try:
        import termios
    except ImportError:  # Windows' console shows what is asked for
        yield
        return
    try:
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
    except (AttributeError, OSError, ValueError, termios.error):  # no terminal
        yield
        return
    flags = before[3] | termios.ECHO if on else before[3] & ~termios.ECHO
    try:
        termios.tcsetattr(terminal, termios.TCSANOW, [*before[:3], flags, *before[4:]])
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def typed_keys(read: Callable[[], str]) -> Iterator[str]:
    """Keys by name, or the character itself; several that were typed at once come one by one."""
    while True:
        try:
            typed = read()
        except (EOFError, OSError):  # Ctrl-D, or a terminal that is gone
            return
        if not typed:
            return
        for key in _KEY.findall(typed):
            if key == "\x03":
                raise KeyboardInterrupt
            if key == "\x04":
                return
            yield _NAMES.get(key, key.lower())


def show_screen(console: Console, screen: RenderableType) -> None:
    """Show what takes the place of all that was shown before."""
    if console.is_terminal and not console.is_dumb_terminal:
        console.clear()
    console.print(screen)
