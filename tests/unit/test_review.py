"""Reviewing: what the keys do, what is in the file after every one of them, and what reads it back."""

import io
import json
import os
import re
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rich.console import Console

from biasdetect import CATEGORIES, InputError
from biasdetect.labels import LabelSpan, read_labels
from biasdetect.reading.files import read
from biasdetect.review.candidates import Item, Mark, choose, export_suggestions, find_items
from biasdetect.review.keys import unechoed_keys
from biasdetect.review.session import ReviewFile, Session
from biasdetect.review.terminal import review

SHAMELESS = "The shameless mayor rammed the ludicrous plan through the council."
BUDGET = "The council approved the budget by seven votes to four."
FARCE = "“This is a disgraceful farce,” said Orla Venn of the harbour board."
FERRY = "The ferry to Tarn Island leaves at noon."


def item(text, *marks, score=0.1, label=None, voices=None, article="a.txt"):
    words = len(re.findall(r"\w+", text))
    label = int(any(mark.counts for mark in marks) or score >= 0.5) if label is None else label
    voices = tuple(voices or ["outlet"] * words)
    return Item(text, article, 7, 7 + len(text), "tiny@0123", label, score, score, voices, marks, before="Before.")


def shameless():
    return item(SHAMELESS, Mark(1, 2, "opinion", "outlet", 0.9), Mark(5, 6, "opinion", "outlet", 0.8), score=0.95)


def farce():
    voices = ["quote"] * 5 + ["outlet"] * 7
    return item(FARCE, Mark(3, 5, "opinion", "quote", 0.9), voices=voices)


@pytest.fixture
def sit(tmp_path):
    """Review with keys typed, and return the session; the terminal is closed behind the last key."""

    def run(queue, *keys, annotator="", items=None, console=None):
        session = Session(ReviewFile(tmp_path / "review.jsonl"), queue, items or queue, annotator)
        typed = iter(keys)
        review(session, console or Console(file=io.StringIO(), width=60), lambda: next(typed, ""))
        return session

    run.path = tmp_path / "review.jsonl"
    return run


def decisions(path):
    return [json.loads(line)["decision"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_accepting_takes_what_is_shown(sit):
    session = sit([shameless(), item(BUDGET), farce(), item(FERRY, score=0.8)], *"aaaa")
    labels = [(record.label, [(span.start, span.end) for span in record.spans]) for record in session.file.records]
    assert labels == [(1, [(4, 13), (31, 40)]), (0, []), (0, [(11, 28)]), (1, [])]
    assert decisions(sit.path) == ["accepted"] * 4


def test_rejecting_marks_nothing(sit):
    (record,) = sit([shameless()], "r").file.records
    assert (record.label, record.spans, record.extra["decision"]) == (0, (), "rejected")
    assert (record.extra["model_label"], record.extra["model_score"]) == (1, 0.95)


def test_deleting_and_naming_phrases_is_a_change(sit):
    (record,) = sit([shameless()], "d", "6", "a").file.records
    assert record.extra["decision"] == "changed"
    assert record.spans == (LabelSpan(31, 40, "doubt", voice="outlet"),)


def test_moving_an_end_there_and_back_is_no_change(sit):
    assert sit([shameless()], "}", "\x1b[1;2D", "[", "]", "a").file.records[0].extra["decision"] == "accepted"


@pytest.mark.parametrize(
    ("keys", "wording"),
    [
        (["}"], "shameless mayor"),
        (["\x1b[1;2C", "\x1b[1;2C"], "shameless mayor rammed"),
        (["\x1b[D"], "The shameless"),
        (["[", "]"], "shameless"),
        (["\x1b[C"], "shameless"),  # a phrase keeps a word
        (["}"] * 9, "shameless mayor rammed the"),  # and does not run into the next
        (["\t", "}"], "ludicrous plan"),
        (["\t", *"[[[[[["], "mayor rammed the ludicrous"),
        (["\x1b[A", "}"], "ludicrous plan"),
        (["\xe0P", "}"], "ludicrous plan"),
        (["m"], "mayor"),
        (["m", "\x1b[C", "}", "\r"], "rammed the"),
        (["m", "\x1b[C", "\x1b[C", "\x1b[C"], "plan"),  # over the phrase in between
        (["m", "\x1b[D"], "The"),
    ],
)
def test_phrases_move_word_by_word(sit, keys, wording):
    session = sit([shameless()], *keys, "3", "a")
    (record,) = session.file.records
    (named,) = [span for span in record.spans if span.category == "epithet"]
    assert SHAMELESS[named.start : named.end] == wording


def test_a_mark_that_is_dropped_leaves_no_trace(sit):
    assert sit([shameless()], "m", "\x1b[C", "\x1b", "a").file.records[0].extra["decision"] == "accepted"


def test_a_mark_in_somebody_elses_words_has_their_voice(sit):
    """Training ignores it, and it does not make the sentence biased."""
    (record,) = sit([farce()], "d", "m", "a").file.records
    assert record.spans == (LabelSpan(1, 5, CATEGORIES[0], voice="quote"),)
    assert record.label == 0


def test_a_phrase_that_grows_out_of_a_quotation_changes_its_voice(sit):
    session = sit([farce()], *"}}}}}", "a")
    assert session.file.records[0].spans == (LabelSpan(11, 52, "opinion", voice="outlet"),)
    assert session.file.records[0].label == 1


def test_marking_makes_a_sentence_biased_and_plain_takes_the_marks_away(sit):
    first, second, third = sit([item(BUDGET), shameless(), farce()], "m", "a", "n", "a", "n", "a").file.records
    assert (first.label, len(first.spans), first.extra["decision"]) == (1, 1, "changed")
    assert (second.label, second.spans) == (0, ())
    assert (third.label, len(third.spans)) == (0, 1)  # the words of others stay marked


def test_biased_again_brings_the_phrases_back(sit):
    assert sit([shameless()], "n", "n", "b", "a").file.records[0].extra["decision"] == "accepted"


def test_biased_without_a_phrase(sit):
    (record,) = sit([item(BUDGET)], "b", "a").file.records
    assert (record.label, record.spans, record.extra["decision"]) == (1, (), "changed")


def test_what_is_decided_reads_back_as_it_was_decided(sit):
    queue = [shameless(), item(BUDGET), farce(), item(FERRY)]
    session = sit(queue, "}", "a", "r", "a", "s", annotator="Mira")
    labels = read_labels([sit.path])
    assert labels.problems == ()
    assert [warning.kind for warning in labels.warnings] == ["no-label"]  # the skipped one
    assert labels.records == tuple(session.file.records)
    assert [record.target for record in labels.records] == [1, 0, 0, None]
    assert labels.records[0].votes[0].annotator == "Mira"
    assert labels.records[0].extra["article"] == "a.txt"
    assert [span.ignored for span in labels.records[2].spans] == [True]
    assert labels.records[3].spans is None
    assert labels.files[0].columns == {
        "text": "text", "id": "id", "annotators": "annotators", "extra": "extra", "label": "label", "votes": "votes",
        "spans": "spans",
    }  # fmt: skip


def test_undo_goes_back_and_shows_what_was_decided(sit):
    session = sit([shameless(), item(BUDGET)], "d", "a", "u")
    assert session.draft.item.text == SHAMELESS
    assert [mark.first for mark in session.draft.marks] == [5]
    assert session.position == (1, 2)
    assert sit.path.read_text(encoding="utf-8") == ""


def test_undo_of_the_last_sentence(sit):
    assert sit([shameless()], "r", "u", "b", "a").file.records[0].extra["decision"] == "accepted"


def test_undo_in_a_later_sitting(sit):
    first, second = shameless(), item(BUDGET)
    sit([first, second], "d", "a", "q")
    session = sit([second], "u", items=[first, second])
    assert session.draft.item == first
    assert session.position == (1, 2)
    assert session.file.records == []
    session.accept()
    assert session.draft.item == second


def test_undo_where_the_article_is_not_at_hand(sit):
    sit([farce()], "d", "m", "a", annotator="Mira")
    session = sit([item(BUDGET)], "u", "}", "a")
    (record,) = session.file.records
    assert (record.text, record.extra["model_score"], record.votes) == (FARCE, 0.1, ())
    assert record.spans == (LabelSpan(1, 8, CATEGORIES[0], voice="quote"),)


def test_a_decision_is_counted_by_what_it_makes_of_the_suggestion(sit):
    """Whichever keys it was made with."""
    sit([shameless(), item(BUDGET), farce(), item(FERRY)], "n", "a", "r", "r", "b", "n", "a")
    assert decisions(sit.path) == ["rejected", "accepted", "rejected", "accepted"]


def test_a_changed_sentence_stays_changed_where_its_article_is_not_at_hand(sit):
    sit([farce()], "d", "m", "a", "q")
    assert decisions(sit.path) == ["changed"]
    sit([item(BUDGET)], "u", "a", "q")
    assert decisions(sit.path) == ["changed"]
    sit([item(BUDGET)], "u", "}", "u", "a", "q")
    assert decisions(sit.path) == ["changed"]
    sit([item(BUDGET)], "u", "d", "a", "q")
    assert decisions(sit.path) == ["rejected"]


def test_undo_takes_edits_back_one_by_one_and_then_the_sentence_before(sit):
    edits = ("d", "}", "n", "m", "\x1b[C", "c")
    session = sit([item(BUDGET), shameless()], "a", *edits, *"uuuuuu")
    assert session.draft.item.text == SHAMELESS
    assert session.draft.marks == list(shameless().marks)
    assert not session.draft.marking
    assert decisions(sit.path) == ["accepted"]
    assert session.undo()
    assert session.draft.item.text == BUDGET
    assert not session.file.records
    assert not session.undo()


def test_an_edit_that_changes_nothing_is_nothing_to_undo(sit):
    session = sit([item(BUDGET), shameless()], "a", "[", "]", "\t", "u")
    assert session.draft.item.text == SHAMELESS
    session = sit([shameless()], "{", "u")
    assert session.draft.item.text == BUDGET


def test_keys_that_nothing_waits_for_are_not_echoed(monkeypatch):
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    screen, terminal = pty.openpty()
    monkeypatch.setattr("sys.stdin", open(terminal, closefd=False))  # noqa: SIM115

    def echoes():
        return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)

    assert echoes()
    with pytest.raises(KeyboardInterrupt), unechoed_keys():
        assert not echoes()
        raise KeyboardInterrupt
    assert echoes()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with unechoed_keys():
        pass
    os.close(screen)
    os.close(terminal)


def test_nothing_to_undo(sit):
    assert sit([item(BUDGET)], "u").draft.item.text == BUDGET


def test_going_on_shows_what_is_left(sit):
    queue = [shameless(), item(BUDGET), item(FERRY)]
    sit(queue, "a", "s", "q")
    copies = [item(SHAMELESS.upper(), article="b.txt"), item(BUDGET.replace(" ", "\n ", 3)), item(FERRY)]
    session = sit([*queue, *copies], "a")
    assert session.draft is None
    assert [record.text for record in session.file.records] == [SHAMELESS, BUDGET, FERRY]


def test_a_sentence_is_shown_once_though_it_stands_in_two_articles(sit):
    session = sit([item(BUDGET), item(BUDGET.replace("The", "THE"), article="b.txt"), item(FERRY)])
    assert session.position == (1, 2)


def test_every_decision_is_in_the_file_at_once(sit):
    """So that a run killed between two of them loses nothing."""
    session = Session(ReviewFile(sit.path), [shameless(), item(BUDGET), item(FERRY)])
    for number, decide in enumerate((session.accept, session.skip, session.reject), 1):
        decide()
        assert len(ReviewFile(sit.path).records) == number


@pytest.mark.parametrize("end", ["q", "\x04", ""])
def test_quitting_or_a_closed_terminal_keeps_the_decisions(sit, end):
    assert len(sit([shameless(), item(BUDGET)], "a", "d", end).file.records) == 1


def test_control_c_keeps_the_decisions(sit):
    with pytest.raises(KeyboardInterrupt):
        sit([shameless(), item(BUDGET)], "a\x03")
    assert decisions(sit.path) == ["accepted"]


def test_keys_typed_at_once_and_keys_that_mean_nothing(sit):
    sit([shameless(), item(BUDGET), item(FERRY)], "?x", "y\x1b[15~é", "Rsa")
    assert decisions(sit.path) == ["rejected", "skipped", "accepted"]


GOOD = '{"id": "1", "text": "A b.", "label": 0, "spans": [], "start": 0, "end": 4, "model": "m", "model_label": 0, "model_score": 0.1, "decision": "accepted", "extra": {"article": "a"}}'  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"My notes\n",
        b'{"text": "The plan is ludicrous.", "label": 1}\n',
        b'["a list"]\n',
        b"[" * 100_000,
        b"\xff\xfe\x00binary",
        GOOD.replace("accepted", "applauded").encode(),
        GOOD.replace('"label": 0', '"label": null').encode(),
        GOOD.replace('"spans": [], ', "").encode(),
        GOOD.replace('"end": 4', '"end": "4"').encode(),
        GOOD.replace('"A b."', "1").encode(),
        f"{GOOD}\n{GOOD[:80]}".encode(),
    ],
)
def test_a_file_of_somebody_else_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "notes.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"notes\.jsonl, line \d: is no decision of a review"):
        ReviewFile(path)
    assert path.read_bytes() == content


def test_an_empty_file_and_a_good_one_are_taken(tmp_path):
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "good.jsonl").write_text(GOOD)
    assert ReviewFile(tmp_path / "empty.jsonl").records == []
    assert len(ReviewFile(tmp_path / "good.jsonl").records) == 1


def test_a_folder_that_is_missing_is_told_before_the_work(tmp_path):
    with pytest.raises(InputError, match="no folder"):
        ReviewFile(tmp_path / "missing" / "review.jsonl")


def test_two_reviews_of_one_file_do_not_overwrite_each_other(sit):
    one, other = (Session(ReviewFile(sit.path), [shameless(), item(BUDGET)]) for _ in range(2))
    one.accept()
    with pytest.raises(InputError, match="another program"):
        other.reject()
    assert decisions(sit.path) == ["accepted"]
    assert other.draft.item.text == SHAMELESS


def shown(*keys, queue=None, **console):
    stream = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        session = Session(ReviewFile(Path(folder) / "review.jsonl"), queue or [shameless(), farce()])
        typed = iter(keys)
        review(session, Console(file=stream, width=60, **console), lambda: next(typed, ""))
    return stream.getvalue()


def test_the_screen_fits_sixty_columns_and_says_all_in_words():
    out = shown("?", "x", "m", "m", "a")
    assert max(map(len, out.splitlines())) <= 60
    for words in (
        "Sentence 1 of 2: a.txt", "Before.", "0.95  The [[shameless]] mayor", "[ludicrous]", "> shameless  opinion 0.90",
        "Biased  the model: biased", "> mayor  loaded-language new", "mayor  loaded-language yours",
        "disgraceful farce  opinion 0.90, quote", "0 accepted, 0 rejected, 1 changed", "a accept",
    ):  # fmt: skip
        assert words in out


def test_no_color_leaves_the_underlines():
    out = shown(force_terminal=True, color_system="standard", no_color=True)
    codes = {code for sequence in re.findall(r"\x1b\[([\d;]*)m", out) for code in sequence.split(";")}
    assert "4" in codes
    assert not any(code.startswith(("3", "9")) for code in codes if code not in ("3", "9"))


def test_an_article_cannot_send_control_sequences():
    hostile = "The \x1b]0;owned\x07 mayor \x9b31m left\r\u202e the \x08\x08 hall."
    marks = (Mark(1, 3, "opinion", "outlet", 0.9),)
    strange = Item(hostile, "\x1b[31mname", 0, 9, "m", 1, 0.9, 0.9, ("outlet",) * 9, marks, (), hostile, hostile)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown(queue=[strange]))


KEYS = st.sampled_from([*"bnd[]{}mc126?", "\t", "\x1b[D", "\x1b[C", "\x1b[1;2C", "\x1b[1;2D", "\x1b[A", "\x1b", "\r"])
CROWDED = item("Shameless, ludicrous farce!", *(Mark(word, word + 1, "opinion", "outlet", 0.9) for word in range(3)))
SENTENCES = st.sampled_from([shameless(), farce(), CROWDED, item("Don’t — “no”!", voices=["outlet", "quote"])])


@hypothesis_settings(max_examples=60, deadline=None)
@given(SENTENCES, st.lists(KEYS, max_size=25))
def test_any_keys_leave_whole_words_that_do_not_overlap(sentence, keys):
    """And a sentence with a phrase of the outlet's is biased."""
    words = sentence.words
    with tempfile.TemporaryDirectory() as folder:
        session = Session(ReviewFile(Path(folder) / "review.jsonl"), [sentence])
        typed = iter([*keys, "x", "a"])

        def read():
            if session.draft:
                marks = session.draft.marks
                assert all(0 <= mark.first < mark.stop <= len(words) for mark in marks)
                assert all(one.stop <= two.first for one, two in pairwise(marks))
                assert session.draft.label == 1 or not any(mark.counts for mark in marks)
                assert 0 <= session.draft.chosen < max(1, len(marks))
            return next(typed, "")

        review(session, Console(file=io.StringIO(), width=60), read)
        (record,) = session.file.records
        labels = read_labels([session.file.path])
        assert labels.records == (record,)
        assert not labels.problems
        starts, ends = zip(*words, strict=True)
        assert all(span.start in starts and span.end in ends for span in record.spans)


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from("arsuq"), max_size=20))
def test_any_decisions_and_undos_leave_what_was_decided_last(keys):
    """Also where the reviewer quits in between and goes on."""
    queue = [shameless(), item(BUDGET), farce(), item(FERRY)]
    labels = {"a": (0, 1), "r": (0,), "s": (None,)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "review.jsonl"
        session = Session(ReviewFile(path), queue)
        expected = []
        for key in keys:
            if key == "q":
                session = Session(ReviewFile(path), queue)
            elif key == "u":
                assert session.undo() == bool(expected)
                del expected[-1:]
            elif session.draft:
                expected.append((session.draft.item.text, labels[key]))
                {"a": session.accept, "r": session.reject, "s": session.skip}[key]()
            records = ReviewFile(path).records
            assert [record.text for record in records] == [text for text, _ in expected]
            assert all(record.label in possible for record, (_, possible) in zip(records, expected, strict=True))
            left = {one.text for one in queue} - {text for text, _ in expected}
            assert session.draft.item.text in left if left else session.draft is None


ARTICLE = """\
Harbour plan passes

The shameless mayor rammed the ludicrous plan through the council.

“This is a disgraceful farce. These shameless thugs have ruined a proud city. The officials are corrupt thugs,” said Orla Venn.

She said that the mayor had bullied the corrupt officials.
"""


def test_sentences_of_an_article_stand_where_they_say(detector):
    html = ARTICLE.replace("mayor", "<b>m&#97;yor</b>").replace("\n\n", "</p>\n<p>")
    for source, form in ((ARTICLE, "text"), (f"<html><body><p>{html}</p></body></html>", "html")):
        items, warnings = find_items(detector, read(source.encode(), form, "plan"))
        assert warnings == ()
        by_start = {one.text[:8]: one for one in items}
        loaded, alone, quoted, told = (by_start[start] for start in ("The sham", "These sh", "The offi", "She said"))
        for one in items:
            written = source[one.start : one.end]
            assert re.sub(r"<[^>]*>", "", written).replace("&#97;", "a") == one.text
        assert loaded.label == 1
        assert {loaded.text[slice(*loaded.words[mark.first])] for mark in loaded.marks} >= {"shameless", "ludicrous"}
        assert loaded.after.startswith("“This is")
        assert quoted.before == alone.text
        # words that the model did not flag have a voice too, also in a quotation that began before the sentence
        assert [quoted.voice(word, word + 1) for word in (0, 3, 6)] == ["quote", "quote", "outlet"]
        assert (told.voice(0, 2), told.voice(4, 9)) == ("outlet", "attributed")
        assert quoted.label == told.label == 0
        assert (alone.label, alone.score > 0.5, alone.marks[0].voice) == (0, True, "quote")  # the outlet says nothing


def test_sentences_that_no_labelled_data_may_hold_are_left_out(detector):
    text = f"{BUDGET}\n\n* * *\n\nA nul\0here stood.\n\n{'Word ' * 300}ends."
    items, _ = find_items(detector, read(text.encode(), "text", "strange"))
    assert [one.text for one in items] == [BUDGET]


def test_what_is_known_is_not_chosen(detector, train_extra):
    items, _ = find_items(detector, read(ARTICLE.encode(), "text", "plan"))
    assert len(choose(items, 2)) == 2
    known = [one.text.upper() for one in items[1:]]
    assert choose(items, 9, known) == items[:1]


def test_predictions_are_no_labels_until_somebody_takes_them_over(tmp_path):
    path = tmp_path / "tasks.json"
    export_suggestions([shameless(), farce()], "label-studio", path)
    tasks = json.loads(path.read_text(encoding="utf-8"))
    (prediction,) = tasks[0]["predictions"]
    assert "annotations" not in tasks[0]
    assert (prediction["score"], prediction["model_version"]) == (0.95, "tiny@0123")
    assert [result["type"] for result in prediction["result"]] == ["choices", "labels", "labels"]
    assert prediction["result"][1]["score"] == 0.9
    unlabelled = read_labels([path])
    assert [(record.target, record.spans) for record in unlabelled.records] == [(None, None)] * 2
    for task in tasks:
        result = task["predictions"][0]["result"]
        task["annotations"] = [{"completed_by": {"email": "mira@lirna.example"}, "result": result}]
    path.write_text(json.dumps(tasks), encoding="utf-8")
    labels = read_labels([path])
    assert not labels.problems
    assert [record.target for record in labels.records] == [1, 0]
    assert [span.voice for span in labels.records[1].spans] == ["quote"]
    assert labels.records[0].extra["model_score"] == 0.95


def test_suggestions_for_doccano_come_back_as_no_labels(tmp_path):
    path = tmp_path / "tasks.jsonl"
    export_suggestions([shameless(), farce()], "doccano", path)
    first, second = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    assert first["suggestion"] == "biased (0.95): shameless (opinion), ludicrous (opinion)"
    assert second["suggestion"] == "non-biased (0.10): disgraceful farce (opinion)"
    assert [(one.target, one.spans) for one in read_labels([path]).records] == [(None, None), (None, None)]
    # as doccano exports them, the second one labelled there
    tasks = [{**first, "label": [], "Comments": []}, {**second, "label": [[11, 22, "opinion"]], "Comments": []}]
    path.write_text("".join(json.dumps(task) + "\n" for task in tasks), encoding="utf-8")
    untouched, labelled = read_labels([path]).records
    assert (untouched.target, untouched.spans) == (None, None)
    assert labelled.spans == (LabelSpan(11, 22, "opinion"),)
    assert labelled.extra["model_score"] == 0.1


def test_suggestions_for_label_studio_come_back_as_no_labels(tmp_path):
    path = tmp_path / "tasks.json"
    export_suggestions([shameless(), farce()], "label-studio", path)
    tasks = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps([{**task, "annotations": []} for task in tasks]), encoding="utf-8")
    assert [(one.target, one.spans) for one in read_labels([path]).records] == [(None, None), (None, None)]
