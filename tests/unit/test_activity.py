"""The line that says what a command is at: when it is shown, and that it is gone before anything else is printed."""

import io
import sys
import time

from biasdetect.commands import activity
from biasdetect.commands.activity import Activity, shows_activity


class Terminal(io.StringIO):
    def isatty(self):
        return True


def on_terminal(monkeypatch):
    """Standard error is a terminal, standard output a pipe; in the test itself, as pytest sets its own before it."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    return sys.stderr


def test_only_a_terminal_is_written_on(monkeypatch):
    on_terminal(monkeypatch)
    assert shows_activity(machine=False)
    assert shows_activity(machine=True)  # standard output goes elsewhere
    sys.stdout = Terminal()
    assert shows_activity(machine=False)
    assert not shows_activity(machine=True)
    monkeypatch.setenv("TERM", "dumb")
    assert not shows_activity(machine=False)
    monkeypatch.setenv("TERM", "xterm")
    sys.stderr = io.StringIO()
    assert not shows_activity(machine=False)


def shown(terminal, text):
    deadline = time.monotonic() + 4
    while text not in terminal.getvalue() and time.monotonic() < deadline:
        time.sleep(0.01)
    return text in terminal.getvalue()


def test_the_line_counts_documents_and_is_erased_before_something_is_printed(monkeypatch):
    terminal = on_terminal(monkeypatch)
    with Activity(True, lambda: 3, patience=0) as line:
        line.begin("reading a.txt")
        line.begin("reading [b].txt\x1b[31m")
        assert shown(terminal, "reading [b].txt")
        assert "1/3" in terminal.getvalue()
        assert "\x1b[31mread" not in terminal.getvalue()
        line.pause()
        assert terminal.getvalue().endswith("\x1b[2K")
        line.show("scoring b.txt")
        assert shown(terminal, "scoring b.txt")
    assert terminal.getvalue().endswith("\x1b[2K")


def test_what_ends_soon_shows_nothing(monkeypatch):
    terminal = on_terminal(monkeypatch)
    with Activity(True, lambda: 1) as line:
        line.begin("reading a.txt")
    with Activity(False, lambda: 1, patience=0) as line:
        line.begin("reading a.txt")
        time.sleep(0.05)
    assert terminal.getvalue() == ""
    assert activity.PATIENCE == 2
