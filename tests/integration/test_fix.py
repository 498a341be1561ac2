"""``score --fix``: what scripts get, and what a writer at a terminal is asked."""

import shutil
import subprocess
import sys
from itertools import pairwise

import pytest
from conftest import needs
from hypothesis import given
from hypothesis import strategies as st

from biasdetect import Phrase, Report, Sentence, Settings
from biasdetect.results import Suggestion
from biasdetect.suggest.fix import apply, first_edits

ARTICLE = "The council met.\r\nThe shameless mayor left. The hapless minister spoke – on Monday.\r\n"
FIXED = "The council met.\r\nThe mayor left. The minister spoke – on Monday.\r\n"


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
    source = "It rained.\x0c The shameless mayor left\u2028 the hall.\r The hapless minister of Graz\x0b spoke.\r\nIt rained.\x85 Then it stopped."
    (tmp_path / "draft.txt").write_bytes(source.encode())
    done = run_cli("score", "--fix", "draft.txt")
    assert done.returncode == 0, done.stderr
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=done.stdout, cwd=tmp_path, check=True)
    assert (tmp_path / "draft.txt").read_bytes() == (tmp_path / "draft.fixed.txt").read_bytes() != source.encode()


# --- what scripts get

LOADED = "The shameless mayor slammed the report.\n"
HALF = "The mayor slammed the report.\n"  # its verb is for somebody to check, as all that a house style asks for
STYLE = '[terms]\nflag = [{ term = "slam", instead = "criticise" }]\n'


@pytest.fixture
def style(tmp_path):
    (tmp_path / ".biasdetect.toml").write_text(STYLE, encoding="utf-8")


@pytest.mark.parametrize("option", ["--fix", "--fix=safe"])
def test_without_a_terminal_only_safe_edits_are_made(run_cli, tmp_path, style, option):
    (tmp_path / "draft.txt").write_text(LOADED, encoding="utf-8")
    done = run_cli("score", option, "draft.txt")
    assert done.returncode == 0
    assert (tmp_path / "draft.txt").read_text(encoding="utf-8") == LOADED
    assert (tmp_path / "draft.fixed.txt").read_text(encoding="utf-8") == HALF
    assert b"1 safe edit, 1 phrase with wording to check" in done.stderr


def test_where_every_edit_is_to_be_checked_nothing_is_written(run_cli, tmp_path, style):
    (tmp_path / "draft.txt").write_text(HALF, encoding="utf-8")
    done = run_cli("score", "--fix=safe", "draft.txt")
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"no safe edit, 1 phrase with wording to check" in done.stderr
    assert [path.name for path in tmp_path.glob("*.txt")] == ["draft.txt"]


def test_quotations_and_words_of_others_stay(run_cli, tmp_path):
    text = "The shameless mayor left. “The hapless clerk lied,” said Ann Lee.\n\nLee said that the hapless clerk had lied.\n"
    (tmp_path / "draft.txt").write_text(text, encoding="utf-8")
    assert run_cli("score", "--fix=safe", "draft.txt").returncode == 0
    assert (tmp_path / "draft.fixed.txt").read_text(encoding="utf-8") == text.replace("shameless ", "")


def test_a_value_that_stands_apart_is_no_file(run_cli, tmp_path, style):
    (tmp_path / "draft.txt").write_text(LOADED, encoding="utf-8")
    done = run_cli("score", "--fix", "safe", "draft.txt")
    assert done.returncode == 2
    assert b"--fix=safe" in done.stderr
    (tmp_path / "safe").write_text(LOADED, encoding="utf-8")
    assert run_cli("score", "--fix", "safe", "draft.txt").returncode == 0
    assert (tmp_path / "safe.fixed").read_text(encoding="utf-8") == HALF
    assert run_cli("score", "--fix=all", "draft.txt").returncode == 2


# --- what a writer is asked


@pytest.fixture
def fixing(on_terminal, tmp_path, style):
    def start(*arguments, **drafts):
        for name, text in drafts.items():
            (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "biasdetect",
            "score",
            "--fix",
            *arguments,
            *(f"{name}.txt" for name in drafts),
        ]
        return on_terminal(command)

    return start


def test_on_a_terminal_each_edit_is_asked_about(fixing, tmp_path):
    terminal = fixing(draft=LOADED)
    assert "The [-shameless -]mayor slammed the report." in terminal.wait_for("q quit")
    shown = terminal.press(b"a", "q quit")
    assert "The mayor [-slammed-]{+criticised+} the report." in shown
    assert "check the meaning" in shown
    terminal.press(b"s", "No edit is left")
    terminal.press(b"u", "q quit")
    terminal.press(b"a", "No edit is left")
    rest = terminal.press(b"x", "")
    assert terminal.end() == 0
    assert "+The mayor criticised the report." in rest
    assert "draft.fixed.txt written: 2 edits accepted." in rest
    assert (tmp_path / "draft.txt").read_text(encoding="utf-8") == LOADED
    assert (tmp_path / "draft.fixed.txt").read_text(encoding="utf-8") == "The mayor criticised the report.\n"


def test_a_writer_may_type_the_wording(fixing, tmp_path):
    terminal = fixing("--in-place", draft=HALF)
    terminal.wait_for("q quit")
    terminal.press(b"e", "In place of “slammed”: criticised")  # what the line begins with
    terminal.type(b"\x15rejected\r", "No edit is left")
    terminal.press(b"x", "")
    assert terminal.end() == 0
    assert (tmp_path / "draft.txt").read_text(encoding="utf-8") == "The mayor rejected the report.\n"


def test_who_quits_keeps_what_was_accepted_and_is_asked_no_more(fixing, tmp_path):
    terminal = fixing(a=LOADED, b=LOADED)
    terminal.wait_for("q quit")
    terminal.press(b"a", "q quit")
    rest = terminal.press(b"q", "")
    assert terminal.end() == 0
    assert "a.fixed.txt written: 1 edit accepted." in rest
    assert (tmp_path / "a.fixed.txt").read_text(encoding="utf-8") == HALF
    assert not (tmp_path / "b.fixed.txt").exists()


def test_who_breaks_off_has_nothing_written_but_what_was_written_before(fixing, tmp_path):
    terminal = fixing(a=LOADED, b=LOADED)
    terminal.wait_for("q quit")
    terminal.press(b"a", "q quit")
    terminal.press(b"s", "No edit is left")
    terminal.press(b"x", "b.txt")
    # "q quit" may be that of the screen before: Ctrl-C would be typed ahead, while "a" is still read
    terminal.press(b"a", "1 accepted, 0 skipped.")
    rest = terminal.press(b"\x03", "")
    assert terminal.end() == 5
    assert "+The mayor slammed the report." in rest  # told at the end, where no screen covers it
    assert "a.fixed.txt written" in rest
    assert "b.txt: left as it is" in rest
    assert (tmp_path / "a.fixed.txt").exists()
    assert not (tmp_path / "b.fixed.txt").exists()


def test_what_was_decided_is_printed_where_it_cannot_be_written(fixing, tmp_path):
    terminal = fixing("--fix-out", "missing/new.txt", draft=LOADED)
    terminal.wait_for("q quit")
    terminal.press(b"a", "q quit")
    rest = terminal.press(b"q", "")
    assert terminal.end() == 4
    assert "+The mayor slammed the report." in rest
    assert "missing" in rest


def test_nobody_is_asked_about_what_cannot_be_written_or_is_in_another_language(fixing, tmp_path):
    (tmp_path / "a.fixed.txt").write_text("mine", encoding="utf-8")
    german = (
        "Der schamlose Bürgermeister verließ am Montag die Sitzung. Die Abstimmung über den Hafen wurde vertagt. " * 3
    )
    for drafts, code, told in (({"a": LOADED}, 3, "exists"), ({"b": german}, 6, "not in the language")):
        terminal = fixing(**drafts)
        rest = " ".join(terminal.wait_for("").split())
        assert terminal.end() == code
        assert told in rest
        assert "q quit" not in rest
