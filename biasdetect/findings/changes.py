"""Finds which lines changed since a git revision."""

from __future__ import annotations

import os
import re
import subprocess
from bisect import bisect_left
from pathlib import Path

from biasdetect.errors import RevisionError
from biasdetect.findings.finding import Finding
from biasdetect.reading.files import STDIN
from biasdetect.reading.inputs import is_address

_HUNK = re.compile(rb"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_BINARY = re.compile(rb"^Binary files ", re.MULTILINE)
# settings of the user or the repository change neither what a difference looks like nor have a program run
_GIT = ("git", "--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false")
_DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-relative")


class Changes:
    """The lines of a repository's files that changed since the current branch left a revision.

    A file that git does not know, or that had another name then, changed as a whole; so did one that git takes for
    binary.
    """

    def __init__(self, revision: str, folder: Path) -> None:
        """Ask git which files changed.

        Args:
            revision: what names a commit: a branch, a tag, a hash, ``HEAD~3``.
            folder: in the repository.

        Raises:
            RevisionError: where there is no git, no repository or no such revision.
        """
        if not revision or revision.startswith("-") or "\0" in revision:
            raise RevisionError(f"--changed-since takes a git revision such as main or HEAD~3, not {revision!r}.")
        top = _git(folder, "rev-parse", "--show-toplevel")
        if top is None:
            raise RevisionError(
                f"--changed-since asks git, which knows no repository here ({_complaint(folder)}). Run it in the repository."
            )
        self._root = Path(os.fsdecode(top.removesuffix(b"\n")))
        commit = _git(self._root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if commit is None:
            raise RevisionError(
                f"--changed-since {revision}: the repository in {self._root} has no such revision. "
                "Where it is a shallow clone, fetch its history first: git fetch --unshallow"
            )
        # where the branch left it: what others did there afterwards is no change of this branch
        base = _git(self._root, "merge-base", commit.decode().strip(), "HEAD") or commit
        self._commit = base.decode().split()[0]
        self._known = self._names("ls-files", "-z")
        self._changed = self._names(*_DIFF, "--name-only", "-z", self._commit, "--")

    def touch(self, name: str) -> bool:
        """Whether a file changed at all.

        Raises:
            RevisionError: for what is no file of the repository.
        """
        path = self._path(name)
        return path not in self._known or path in self._changed

    def changed(self, name: str, source: str, findings: list[Finding]) -> list[Finding]:
        """The findings of a file that stand in lines that changed.

        Args:
            name: of the file.
            source: its text.
            findings: in it.

        Raises:
            RevisionError: for what is no file of the repository.
        """
        stretches = self._stretches(self._path(name))
        if stretches is None:
            return findings
        ends = [at for at, char in enumerate(source) if char == "\n"]  # what git takes for a line, and nothing else

        def among(finding: Finding) -> bool:
            first = bisect_left(ends, finding.phrase.start) + 1
            last = bisect_left(ends, finding.phrase.end - 1) + 1
            return any(start <= last and first <= end for start, end in stretches)

        return [finding for finding in findings if among(finding)]

    def _stretches(self, path: str) -> list[tuple[int, int]] | None:
        """First and last lines, from 1, of what changed in a file; None where all of it did."""
        if path not in self._known:
            return None
        if path not in self._changed:
            return []
        difference = self._ask(*_DIFF, "--unified=0", "--inter-hunk-context=0", self._commit, "--", path)
        if _BINARY.search(difference):
            return None
        hunks = [(int(hunk[1]), int(hunk[2] or 1)) for hunk in _HUNK.finditer(difference)]
        return [(start, start + length - 1) for start, length in hunks if length]

    def _path(self, name: str) -> str:
        """A file's name as git gives it."""
        if name == STDIN or is_address(name):
            what = "standard input" if name == STDIN else name
            raise RevisionError(f"--changed-since asks git about files, and {what} is none.")
        path = Path(name).parent.resolve() / Path(name).name
        if not path.is_relative_to(self._root.resolve()):
            raise RevisionError(f"--changed-since: {name} does not lie in the repository {self._root}.")
        return path.relative_to(self._root.resolve()).as_posix()

    def _names(self, *arguments: str) -> frozenset[str]:
        return frozenset(os.fsdecode(name) for name in self._ask(*arguments).split(b"\0"))

    def _ask(self, *arguments: str) -> bytes:
        answer = _git(self._root, *arguments)
        if answer is None:
            raise RevisionError(f"--changed-since: git {arguments[0]} failed in {self._root}. Try it there by hand.")
        return answer


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints; None where it fails."""
    done = _run(folder, *arguments)
    return done.stdout if done.returncode == 0 else None


def _complaint(folder: Path) -> str:
    """Why git takes a folder for no repository: there is none, or it belongs to another user, and how to allow that."""
    said = _run(folder, "rev-parse", "--show-toplevel").stderr.decode("utf-8", "replace")
    return "; ".join(line.strip() for line in said.splitlines() if line.strip())


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    # LC_ALL: messages in English; GIT_OPTIONAL_LOCKS: other git commands beside this one are not disturbed
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        return subprocess.run([*_GIT, *arguments], cwd=folder, env=environment, capture_output=True, check=False)
    except FileNotFoundError:
        raise RevisionError("--changed-since asks git, which is not installed or not in the PATH.") from None
