import shutil
import subprocess
from itertools import pairwise

import pytest
from conftest import needs
from hypothesis import given
from hypothesis import strategies as st

from biasdetect import Phrase, Report, Sentence, Settings
from biasdetect.results import Suggestion
from biasdetect.suggest.fix import apply, first_edits

ARTICLE = "The council met.\r\nThe shameless mayor left. A hapless minister spoke – on Monday.\r\n"
FIXED = "The council met.\r\nThe mayor left. A minister spoke – on Monday.\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_fix_writes_a_copy_and_a_diff(run_cli, tmp_path, encoding):
    file = tmp_path / "draft.txt"
    file.write_bytes(ARTICLE.encode(encoding))
    done = run_cli("score", "--fix=safe", "draft.txt")
    assert done.returncode == 0, done.stderr
    assert file.read_bytes() == ARTICLE.encode(encoding)
    assert (tmp_path / "draft.fixed.txt").read_bytes() == FIXED.encode(encoding)
    diff = done.stdout.decode("utf-8")
    assert "-The shameless mayor left." in diff
    assert "+The mayor left." in diff
    hunk = next(line for line in diff.splitlines() if line.startswith("@@"))
    before, after = hunk.rpartition("@@ ")[2].split(", ")[0].split(" → ")
    assert float(before) > 0.5 > float(after)
    assert b"draft.fixed.txt written" in done.stderr


def test_a_copy_that_exists_is_not_written_over(run_cli, tmp_path):
    (tmp_path / "draft.txt").write_text("The shameless mayor left.", encoding="utf-8")
    (tmp_path / "draft.fixed.txt").write_text("mine", encoding="utf-8")
    done = run_cli("score", "--fix", "draft.txt")
    assert done.returncode == 3
    assert b"--fix-out" in done.stderr
    assert (tmp_path / "draft.fixed.txt").read_text(encoding="utf-8") == "mine"
    assert run_cli("score", "--fix", "--fix-out", "new.txt", "draft.txt").returncode == 0
    assert (tmp_path / "new.txt").read_text(encoding="utf-8") == "The mayor left."


def test_in_place_only_where_asked(run_cli, tmp_path):
    file = tmp_path / "draft.md"
    file.write_text("# Talks\n\nThe shameless mayor left. It was *late*.\n", encoding="utf-8")
    assert run_cli("score", "--fix", "--in-place", "draft.md").returncode == 0
    assert file.read_text(encoding="utf-8") == "# Talks\n\nThe mayor left. It was *late*.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["draft.md"]


def test_what_cannot_be_fixed_is_refused(run_cli, tmp_path):
    import docx

    document = docx.Document()
    document.add_paragraph("The shameless mayor left.")
    document.save(str(tmp_path / "draft.docx"))
    done = run_cli("score", "--fix", "draft.docx")
    assert done.returncode == 3
    assert b"Export" in done.stderr
    assert run_cli("score", "--fix", "-", stdin=b"The shameless mayor left.").returncode == 3
    for options in (["--in-place"], ["--fix", "--in-place", "--fix-out", "x"], ["--fix", "--no-suggest"], ["--fix", "--format", "json"]):  # fmt: skip
        assert run_cli("score", *options, "draft.docx").returncode == 2


def test_fix_is_named_where_it_can_be_done(run_cli, tmp_path):
    import docx

    document = docx.Document()
    document.add_paragraph("The shameless mayor left.")
    document.save(str(tmp_path / "draft.docx"))
    assert b"--fix" not in run_cli("score", "draft.docx").stdout
    assert b"--fix" not in run_cli("score", "-", stdin=b"The shameless mayor left.").stdout


def test_copies_in_a_folder_are_not_fixed_again(run_cli, tmp_path):
    (tmp_path / "drafts").mkdir()
    draft = tmp_path / "drafts" / "draft.txt"
    draft.write_text("The shameless mayor left.", encoding="utf-8")
    draft.with_name("draft.fixed.txt").write_text("The hapless mayor left.", encoding="utf-8")
    draft.with_name("other.fixed.txt").write_text("The hapless mayor left.", encoding="utf-8")
    done = run_cli("score", "--fix", "drafts")
    assert b"draft.fixed.txt: passed over" in done.stderr
    names = ["draft.fixed.txt", "draft.txt", "other.fixed.fixed.txt", "other.fixed.txt"]
    assert sorted(path.name for path in (tmp_path / "drafts").iterdir()) == names


def test_nothing_to_fix_writes_nothing(run_cli, tmp_path):
    (tmp_path / "plain.txt").write_text("The council met on Tuesday.", encoding="utf-8")
    done = run_cli("score", "--fix", "plain.txt")
    assert (done.returncode, done.stdout) == (0, b"")
    assert [path.name for path in tmp_path.iterdir()] == ["plain.txt"]


def test_the_report_shows_suggestions_unless_told_not_to(run_cli, tmp_path):
    (tmp_path / "draft.txt").write_text("The shameless mayor left.", encoding="utf-8")
    assert "leave it out" in run_cli("score", "draft.txt").stdout.decode("utf-8")
    assert "leave it out" not in run_cli("score", "--no-suggest", "draft.txt").stdout.decode("utf-8")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), max_size=12))
def test_suggestions_that_are_taken_lie_apart(spans):
    edits = [Suggestion("x", start, start + length, "x", "word", 0.9, 0.1) for start, length in spans]
    found = first_edits(report_with(edits))
    assert all(first.end <= second.start for first, second in pairwise(found))
    assert bool(found) == bool(edits)


def test_of_two_that_overlap_the_one_that_replaces_more_is_taken():
    deletion, whole = Suggestion("", 3, 13, "", "deletion", 0.9, 0.1), Suggestion("talks", 4, 21, "talks", "rephrasing", 0.9, 0.1)  # fmt: skip
    edits = first_edits(report_with([deletion, whole]))
    assert apply('The so-called "talks" ended.', edits) == "The talks ended."


def report_with(edits):
    phrases = tuple(Phrase("", 0, 0, 0.9, "doubt", "outlet", "", (edit,), 0) for edit in edits)
    return Report("", "m@1", 0.9, 0.9, None, (Sentence("", 0, 0, 0.9, "outlet", phrases),), (), Settings(0.3))


def test_the_diff_can_be_applied_whatever_ends_a_line(run_cli, tmp_path):
    needs(bool(shutil.which("git")), "needs git")
    source = "It rained.\x0c The shameless\u2028 mayor left.\r The hapless minister\x0b spoke.\r\nIt rained.\x85 Then it stopped."
    (tmp_path / "draft.txt").write_bytes(source.encode())
    done = run_cli("score", "--fix", "draft.txt")
    assert done.returncode == 0, done.stderr
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=done.stdout, cwd=tmp_path, check=True)
    assert (tmp_path / "draft.txt").read_bytes() == (tmp_path / "draft.fixed.txt").read_bytes() != source.encode()
