"""Labels that would be read for something else than was meant: each is asked for, told or kept apart, never guessed."""

import json
from types import SimpleNamespace

import pytest

from biasdetect.commands.labels import agreement_lines, agreements
from biasdetect.labels import ColumnNames, LabelSpan, ReadOptions, Vote, read_labels

LOADED, PLAIN = "The shameless mayor slunk out.", "The council met on Tuesday."


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        text = json.dumps(content) if name.endswith(".json") else "".join(json.dumps(line) + "\n" for line in content)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def task(text, *results, by=1):
    """A task of Label Studio; a result is the name of its question, its kind and its value."""
    result = [{"from_name": name, "to_name": "t", "type": kind, "value": value} for name, kind, value in results]
    return {"data": {"text": text}, "annotations": [{"completed_by": by, "result": result}]}


def choice(name, answer):
    return name, "choices", {"choices": [answer]}


def marked(name, start, end, *labels):
    return name, "labels", {"start": start, "end": end, "labels": list(labels)}


def labels_of(read):
    assert [str(problem) for problem in read.problems] == []
    return [record.target for record in read.records]


def two_questions(first, second):
    return [task(LOADED, choice(first, "Yes"), choice(second, "No")), task(PLAIN, choice(first, "No"), choice(second, "Yes"))]  # fmt: skip


def test_questions_of_one_task_are_columns_and_the_one_for_bias_is_told(write):
    read = read_labels([write("a.json", two_questions("is_biased", "contains_quote"))])
    assert labels_of(read) == [1, 0]
    assert read.files[0].columns["label"] == "is_biased"
    assert read.records[0].extra["contains_quote"] == ["No"]
    assert [warning.kind for warning in read.warnings] == ["questions"]
    assert "contains_quote" in read.warnings[0].message


@pytest.mark.parametrize("rating", [("rating", {"rating": 1}), ("number", {"number": 3})])
def test_a_rating_beside_a_choice_is_no_vote(write, rating):
    tasks = [task(text, choice("q1", answer), ("confidence", *rating)) for text, answer in ((LOADED, "Biased"), (PLAIN, "Not biased"))]  # fmt: skip
    read = read_labels([write("a.json", tasks)])
    assert labels_of(read) == [1, 0]
    assert read.files[0].columns["label"] == "q1"


def test_where_no_name_says_which_question_is_the_label_it_is_asked(write):
    path = write("a.json", two_questions("q1", "q2"))
    (problem,) = read_labels([path]).problems
    assert problem.fatal
    assert "--label-column q1" in problem.message
    assert labels_of(read_labels([path], ReadOptions(ColumnNames(label="q2")))) == [0, 1]


def test_columns_of_a_table_that_could_all_be_labels_are_asked_for(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"text,quoted,slanted\n{LOADED},no,yes\n{PLAIN},yes,no\n", encoding="utf-8")
    (problem,) = read_labels([path]).problems
    assert "--label-column" in problem.message
    assert labels_of(read_labels([path], ReadOptions(ColumnNames(label="slanted")))) == [1, 0]


def test_what_a_model_suggested_is_no_label_unless_it_is_named(write):
    rows = [{"text": LOADED, "label.suggestion": "biased"}, {"text": PLAIN, "label.suggestion": "neutral"}]
    path = write("a.jsonl", rows)
    (problem,) = read_labels([path]).problems
    assert "no column of labels" in problem.message
    assert labels_of(read_labels([path], ReadOptions(ColumnNames(label="label.suggestion")))) == [1, 0]


def test_annotators_of_one_question_still_vote(write):
    both = task(LOADED, choice("bias", "Yes"))
    both["annotations"] += task(LOADED, choice("bias", "No"), by=2)["annotations"]
    read = read_labels([write("a.json", [both, task(PLAIN, choice("bias", "No"))])])
    assert read.records[0].votes == (Vote(1, "1"), Vote(0, "2"))


def test_two_answers_to_one_question_are_no_votes(write):
    read = read_labels([write("a.json", [task(LOADED, ("bias", "choices", {"choices": ["Biased", "Neutral"]}))])])
    assert ["2 labels where one is expected" in problem.message for problem in read.problems] == [True]


def test_a_question_on_marked_wording_is_no_label_of_the_text(write):
    sure = "sure", "choices", {"start": 4, "end": 13, "choices": ["Yes"]}
    tasks = [task(LOADED, marked("spans", 4, 13, "opinion"), sure, choice("bias", "Yes")), task(PLAIN, choice("bias", "No"))]  # fmt: skip
    assert labels_of(read_labels([write("a.json", tasks)])) == [1, 0]


@pytest.mark.parametrize(
    ("loaded", "plain"),
    [
        ({"BIASED": 1.0, "NEUTRAL": 0.0}, {"BIASED": 0.0, "NEUTRAL": 1.0}),
        ({"NEUTRAL": False, "BIASED": True}, {"NEUTRAL": True, "BIASED": False}),
        ({"BIASED": 1}, {"BIASED": 0}),
        ({"NEUTRAL": 0}, {"NEUTRAL": 1}),
    ],
)
@pytest.mark.parametrize("column", ["cats", "label"])
def test_exclusive_classes_are_one_label_and_no_votes(write, loaded, plain, column):
    read = read_labels([write("a.jsonl", [{"text": LOADED, column: loaded}, {"text": PLAIN, column: plain}])])
    assert labels_of(read) == [1, 0]
    assert not any(record.votes for record in read.records)


def test_classes_of_the_users_own_are_mapped_or_asked_for(write):
    rows = [{"text": LOADED, "cats": {"SLANT": 0.8, "STRAIGHT": 0.2, "LONG": 1}}, {"text": PLAIN, "cats": {"SLANT": 0, "STRAIGHT": 1, "LONG": 0}}]  # fmt: skip
    path = write("a.jsonl", rows)
    assert all('"SLANT" is no known label' in problem.message for problem in read_labels([path]).problems)
    names = {"slant": "biased", "straight": "0", "long": "ignore"}
    assert labels_of(read_labels([path], ReadOptions(names=names))) == [0.8, 0]
    (problem,) = read_labels([write("b.jsonl", [{"text": LOADED, "cats": {"biased": 1, "neutral": 1}}])]).problems
    assert "add up to 2" in problem.message


def test_agreement_that_is_chance_is_an_alarm(write, train_libraries):
    def said(votes):
        rows = [{"text": f"Town {number} spoke.", "votes": pair} for number, pair in enumerate(votes)]
        return " ".join(agreement_lines(*agreements(read_labels([write("a.jsonl", rows)]))))

    assert "Warning: on labels they agree hardly more than chance" in said([[1, 0], [0, 1], [1, 1], [1, 0]])
    assert "Warning" not in said([[1, 1], [0, 0], [1, 1], [1, 0], [0, 0]])


def test_marks_without_a_name_are_asked_for(write):
    path = write("a.json", [task(LOADED, marked("spans", 4, 13)), task(PLAIN)])
    (problem,) = read_labels([path]).problems
    assert "--map unnamed=loaded" in problem.message
    read = read_labels([path], ReadOptions(names={"unnamed": "loaded"}))
    assert [record.spans for record in read.records] == [(LabelSpan(4, 13, annotator="1"),), ()]


def test_which_kind_of_marks_is_loaded_wording_is_asked(write):
    tasks = [task(LOADED, marked("tone", 4, 13, "opinion"), marked("tags", 14, 19, "NOUN")), task(PLAIN)]
    path = write("a.json", tasks)
    (problem,) = read_labels([path]).problems
    assert problem.fatal
    assert all(word in problem.message for word in ("tone", "tags", "--spans-column"))
    read = read_labels([path], ReadOptions(ColumnNames(spans="tone")))
    assert list(read.problems) == []
    assert [len(record.spans) for record in read.records] == [1, 0]
    assert read.records[0].spans[0].category == "opinion"


def test_names_of_marks_that_are_no_wording_are_left_out_where_the_user_says_so(write):
    tasks = [task(LOADED, marked("spans", 4, 13, "opinion"), marked("spans", 14, 19, "NOUN")), task(PLAIN)]
    read = read_labels([write("a.json", tasks)], ReadOptions(names={"NOUN": "ignore"}))
    assert [len(record.spans) for record in read.records] == [1, 0]


def annotation(layer, **features):
    kind = SimpleNamespace(name=f"webanno.custom.{layer}", all_features=[SimpleNamespace(name=name) for name in features])  # fmt: skip
    return SimpleNamespace(type=kind, begin=4, end=13, **features)


@pytest.mark.parametrize(
    ("annotations", "names"),
    [
        ([annotation("Tone", value="opinion"), annotation("Tags", value="NOUN")], [("opinion", "Tone"), ("NOUN", "Tags")]),
        ([annotation("Tone", remark="hm", kindOfBias="opinion")], [("hm", "Tone.remark"), ("opinion", "Tone.kindOfBias")]),
        ([annotation("Bias")], [("Bias", "Bias")]),
        ([annotation("Span")], [("unnamed", "Span")]),
    ],
)  # fmt: skip
def test_layers_and_features_of_inception_are_told_apart_and_no_name_is_made_up(annotations, names):
    from biasdetect.labels.formats.inception import _marks

    marks = _marks(SimpleNamespace(select_all_annotations=lambda: annotations))
    assert [(mark.name, mark.layer) for mark in marks] == names


def test_a_task_of_prodigy_that_nobody_answered_is_a_suggestion(write):
    spans = [{"start": 4, "end": 13, "label": "opinion"}]
    tasks = [{"text": LOADED, "_input_hash": 1, "label": "BIASED", "spans": spans}, {"text": PLAIN, "_input_hash": 2, "label": "BIASED", "answer": "reject"}]  # fmt: skip
    read = read_labels([write("a.jsonl", tasks)])
    assert [(record.target, record.spans) for record in read.records] == [(None, None), (0, None)]


def test_texts_that_are_plain_only_because_nothing_is_marked_are_told(write):
    rows = [{"text": LOADED, "spans": [{"start": 4, "end": 13}]}, {"text": PLAIN, "spans": []}, {"text": "It rained.", "spans": []}]  # fmt: skip
    (warning,) = read_labels([write("a.jsonl", rows)]).warnings
    assert warning.kind == "plain-by-marks"
    assert "2 texts" in warning.message


@pytest.mark.parametrize("spans", [[], [{"start": 4, "end": 13}]])
def test_one_class_is_noticed_where_wording_alone_is_marked(write, spans):
    rows = [{"text": text, "spans": spans} for text in (LOADED, "The pampered bosses whined.")]
    assert [problem.kind for problem in read_labels([write("a.jsonl", rows)]).problems] == ["one-class"]


def test_a_word_that_is_named_twice_is_marked_wherever_it_stands_once(tmp_path):
    from biasdetect.evaluation.labelled import read_labelled

    path = tmp_path / "a.csv"
    text = "The shameless mayor and his shameless cronies left."
    path.write_text(f"text;label_bias;biased_words\n{text};Biased;\"['shameless', 'shameless', 'cronies']\"\n{PLAIN};Non-biased;[]\n", encoding="utf-8")  # fmt: skip
    first, second = read_labelled(path)
    assert [text[span.start : span.end] for span in first.spans] == ["shameless", "shameless", "cronies"]
    assert second.spans == ()


@pytest.mark.parametrize("named", ["shameless", {"phrase": "shameless", "label": "opinion"}])
def test_wording_that_is_named_twice_in_a_column_of_spans_is_one_mark_a_place(write, named):
    text = "The shameless mayor and his shameless cronies left."
    path = write("a.jsonl", [{"text": text, "label": 1, "marks": [named, named]}, {"text": PLAIN, "label": 0, "marks": []}])  # fmt: skip
    read = read_labels([path], ReadOptions(ColumnNames(spans="marks")))
    assert labels_of(read) == [1, 0]
    assert [(span.start, span.end) for span in read.records[0].spans] == [(4, 13), (28, 37)]


def test_contradictions_may_be_taken_for_votes(write):
    rows = [
        {"text": LOADED, "label": 1, "by": "a"},
        {"text": LOADED, "label": 0, "by": "b"},
        {"text": PLAIN, "label": 0},
    ]
    path = write("a.jsonl", rows)
    assert [problem.kind for problem in read_labels([path]).problems] == ["contradiction", "contradiction", "one-class"][:2]  # fmt: skip
    read = read_labels([path], ReadOptions(contradictions="votes"))
    assert [problem for problem in read.problems if problem.kind == "contradiction"] == []
    assert [record.votes for record in read.records] == [(Vote(1), Vote(0)), ()]
    assert [record.target for record in read.records] == [0.5, 0]


def test_a_set_of_one_kind_is_told_where_models_are_measured_on_it(write, capsys):
    from biasdetect.commands.evaluate import read_sets

    path = write("a.jsonl", [{"text": LOADED, "label": 1}, {"text": PLAIN, "label": 1}])
    sets, whole = read_sets([str(path)], ReadOptions())
    assert whole
    assert len(sets[str(path)]) == 2
    assert "all 2 labelled texts are biased" in capsys.readouterr().err


def test_texts_that_a_model_was_trained_on_are_told_where_it_is_measured_on_them(tmp_path, capsys):
    from biasdetect.commands.evaluate import tell_known
    from biasdetect.evaluation.labelled import Labelled
    from biasdetect.labels.seen import write_seen

    folder = SimpleNamespace(path=tmp_path, label="mine@0123")
    sets = {"dev.csv": [Labelled(LOADED, 1), Labelled(PLAIN, 0)]}
    tell_known(sets, folder)
    assert capsys.readouterr().err == ""
    write_seen(tmp_path, [LOADED.upper()])
    tell_known(sets, folder)
    assert "mine@0123 was trained on 1 of the 2 texts of dev.csv" in capsys.readouterr().err
