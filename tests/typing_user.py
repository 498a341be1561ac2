"""A terminal for tests, with somebody at its keys."""

import codecs
import os
import re
import subprocess
import time


class Terminal:
    """A command on a terminal of its own, 60 columns wide, and somebody who waits for the screen before typing."""

    def __init__(self, folder, command):
        import pty

        self.screen, terminal = pty.openpty()
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        environment = {**os.environ, "PYTHONUTF8": "1", "TERM": "xterm", "COLUMNS": "60", "NO_COLOR": "1"}
        self.process = subprocess.Popen(
            command,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            cwd=folder,
            env=environment,
        )
        os.close(terminal)

    def wait_for(self, words):
        """What is shown until these words are, or all until the command ends where there are none."""
        import select

        shown = ""
        end = time.monotonic() + 60
        while not words or words not in shown:
            assert time.monotonic() < end, shown
            if select.select([self.screen], [], [], 0.1)[0]:
                try:
                    shown += self.decoder.decode(os.read(self.screen, 65536))
                    shown = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown)
                except OSError:  # the terminal is closed
                    break
        assert not words or words in shown, shown
        return shown

    def press(self, keys, words):
        """Type once the command listens, which it does with the terminal's own line editing off."""
        import termios

        while termios.tcgetattr(self.screen)[3] & termios.ICANON:
            time.sleep(0.01)
        return self.type(keys, words)

    def type(self, keys, words):
        """Type at once."""
        os.write(self.screen, keys)
        return self.wait_for(words)

    def end(self):
        code = self.process.wait(60)
        os.close(self.screen)
        return code
