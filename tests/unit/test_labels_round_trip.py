"""What is exported and read again is what it was."""

import dataclasses
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from biasdetect import CATEGORIES
from biasdetect.errors import DataError
from biasdetect.evaluation.labelled import read_labelled
from biasdetect.labels import FORMS, LabelRecord, LabelSpan, ReadOptions, Vote, export_labels, read_labels
from biasdetect.labels.records import VOICES

SUFFIX = {"jsonl": "jsonl", "csv": "csv", "label-studio": "json", "doccano": "jsonl"}
AWKWARD = [
    "\n",
    "\r\n",
    "\r",
    "\t",
    '"',
    '""',
    "'",
    ",",
    ";",
    "\\n",
    "🎈",
    "\u2028",
    "\x85",
    "\u200b",
    "ß",
    "[",
    "{",
    " ",
]

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.lists(
    st.sampled_from([*AWKWARD, "mayor", "shameless", "x"]) | st.text(characters, max_size=5), max_size=8
).map(lambda parts: "a" + "".join(parts))
names = st.text(characters, min_size=1, max_size=6) | st.sampled_from(
    ["anna", "1", "ben@example.org", "nan", "text", '"']
)
scores = st.sampled_from([0.0, 1.0, 0.5]) | st.floats(0, 1)
json_data = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(characters, max_size=5) | st.sampled_from(["[1, 0]", '{"a": 1}', "[[0, 1, \"x\"]]"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    max_leaves=3,
)  # fmt: skip
extras = st.dictionaries(
    st.sampled_from(
        ["text", "label", "Votes", "spans", "annotator", "extra", "data", "_id", "answer", "lead_time", "id"]
    )
    | names,
    json_data,
    max_size=3,
)


@st.composite
def records(draw):
    text = draw(texts)
    annotators = draw(st.lists(names, unique=True, max_size=3))
    votes = [Vote(draw(st.none() | scores), name) for name in annotators]
    votes += [Vote(draw(scores)) for _ in range(draw(st.integers(0, 2)))]
    spans = None
    if draw(st.booleans()):
        edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)))
        spans = tuple(
            LabelSpan(
                start,
                end,
                *draw(
                    st.sampled_from([(name, "") for name in ("", *CATEGORIES)] + [("", "Slogans"), ("", "Red_Herring")])
                ),
                draw(st.sampled_from(["", *VOICES])),
                draw(st.sampled_from(["", *annotators])),
                draw(st.just({}) | extras),
            )
            for start, end in zip(edges[::2], edges[1::2], strict=False)
        )
    listed = st.none() | st.lists(names, max_size=2).map(tuple)
    return LabelRecord(
        text,
        draw(st.none() | scores),
        tuple(votes),
        spans,
        draw(st.just("") | names),
        draw(extras),
        words=None if spans is None else draw(listed),
        word_votes=draw(st.dictionaries(names, st.integers(0, 9), max_size=2)),
        techniques=draw(listed),
    )


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_reading_an_export_gives_the_same_records(form, data):
    made = data.draw(st.lists(records(), min_size=1, max_size=4, unique_by=lambda record: record.text))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"labels.{SUFFIX[form]}"
        export_labels(made, form, path)
        read = read_labels([path])
    bad = {one.line for one in read.rejected}
    # one text may still say another thing than its twin in other letters; that is what the check is for
    assert {problem.kind for problem in read.problems} <= {"contradiction", "one-class"}
    if not bad:
        assert list(read.records) == made


@pytest.mark.parametrize("form", FORMS)
def test_from_one_form_to_the_next_and_back(form, tmp_path):
    text = 'The 🎈 shameless\nmayor, "as ever", left.'
    start = text.index("shameless")
    record = LabelRecord(
        text,
        None,
        (Vote(1.0, "anna"), Vote(0.25, "ben"), Vote(None, "cleo")),
        (
            LabelSpan(start, start + 9, "opinion", voice="outlet", annotator="anna", extra={"neutral": ""}),
            LabelSpan(start, start + 9, "epithet", annotator="cleo"),
        ),
        "s-1",
        {"source": "Kestrel Bay Courier", "label": {"a": [1, None]}},
    )
    path = tmp_path / f"one.{SUFFIX[form]}"
    export_labels([record], form, path)
    for number, other in enumerate(FORMS):
        next_path = tmp_path / f"next{number}.{SUFFIX[other]}"
        export_labels(read_labels([path]).records, other, next_path)
        path = next_path
    assert list(read_labels([path]).records) == [record]


def test_what_was_changed_in_the_tool_holds_and_the_rest_is_kept(tmp_path):
    record = LabelRecord(
        "The shameless mayor left.", 1.0, (), (LabelSpan(4, 13, "opinion", voice="quote"),), "s-1", {"topic": "local"}
    )
    path = tmp_path / "tasks.json"
    export_labels([record], "label-studio", path)
    tasks = json.loads(path.read_text())
    choice, region = tasks[0]["annotations"][0]["result"]
    choice["value"]["choices"] = ["Non-biased"]
    path.write_text(json.dumps(tasks))
    (changed,) = read_labels([path]).records
    assert changed == dataclasses.replace(record, label=0.0)
    region["value"] |= {"start": 14, "end": 19, "text": "mayor"}
    path.write_text(json.dumps(tasks))
    (changed,) = read_labels([path]).records
    assert changed.spans == (LabelSpan(14, 19, "opinion"),)
    assert (changed.id, changed.extra) == ("s-1", {"topic": "local"})


def test_json_lines_are_read_by_evaluation_too(tmp_path):
    record = LabelRecord(
        "The shameless mayor left.", 1.0, (), (LabelSpan(4, 13, "opinion"),), "s-1", {"topic": "local"}
    )
    export_labels([record], "jsonl", tmp_path / "own.jsonl")
    (item,) = read_labelled(tmp_path / "own.jsonl")
    assert (item.label, item.spans[0].category) == (1, "opinion")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("record", "says"),
    [
        (LabelRecord("half a \ud83d balloon"), "half a character"),
        (LabelRecord("a NUL \0 here"), "NUL"),
        (LabelRecord("a text", extra={"note": "\udc80"}), "half a character"),
        (LabelRecord("a text", extra={"score": float("inf")}), "beyond all bounds"),
        (LabelRecord("a text", extra={"when": object()}), "no JSON data"),
    ],
)
def test_what_cannot_be_written_is_refused_and_the_old_file_stays(form, record, says, tmp_path):
    path = tmp_path / "out"
    path.write_text("old")
    with pytest.raises(DataError, match=says):
        export_labels([record], form, path)
    assert path.read_text() == "old"


@given(records())
@example(LabelRecord("a", None, (Vote(None, "x"),)))
def test_targets_lie_between_nothing_and_all(record):
    assert record.target is None or 0 <= record.target <= 1
    for start, end, share in record.soft_spans:
        assert 0 <= start < end <= len(record.text)
        assert 0 < share <= 1


def test_disagreement_is_a_soft_target():
    record = LabelRecord(
        "The shameless mayor left.",
        votes=(Vote(1.0, "anna"), Vote(1.0, "ben"), Vote(0.0, "cleo"), Vote(None, "dora")),
        spans=(LabelSpan(4, 13, "opinion", annotator="anna"), LabelSpan(4, 19, "labeling", annotator="ben")),
    )
    assert record.target == pytest.approx(2 / 3)
    assert record.hard == 1
    assert record.soft_spans == ((4, 13, 0.5), (13, 19, 0.25))


def test_options_are_values():
    assert ReadOptions() == ReadOptions()
