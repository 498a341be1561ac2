"""Exports of tools as users have them, each read rightly, read with a word, or refused with what to do: docs/annotate/formats.md."""

import importlib.util
import io
import json
import zlib
from pathlib import Path

import pytest
from conftest import needs

from biasdetect.labels import ColumnNames, ReadOptions, Vote, read_labels, rows

FOLDER = Path(__file__).resolve().parent.parent / "data" / "exports"
TABLE = json.loads((FOLDER / "table.json").read_text(encoding="utf-8"))
NEEDED = {"codings.xlsx": "openpyxl", "hub-clone": "pyarrow", "tokens.parquet": "pyarrow", "spancat.spacy": "spacy"}
NEEDED |= {"inception.json": "cassis", "inception.xmi": "cassis"}
TOLD = {"split", "questions", "crlf", "left-aside", "degrees", "numbered-labels"}
SHAMELESS, PLAIN = "The shameless mayor slunk out.", "The council met on Tuesday."


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_the_table_has_every_export():
    assert {entry["file"] for entry in TABLE} == {path.name for path in FOLDER.iterdir()} - {"table.json"}
    assert {entry["result"] for entry in TABLE} == {"right", "told", "refused"}


@pytest.mark.parametrize("entry", TABLE, ids=[entry["file"] for entry in TABLE])
def test_an_export_is_read_as_the_table_says(entry):
    library = NEEDED.get(entry["file"])
    needs(not library or bool(importlib.util.find_spec(library)), f"needs {library}")
    read = read_labels([FOLDER / entry["file"]], ReadOptions(ColumnNames(**entry.get("columns", {}))))
    problems = [problem.message for problem in read.problems if problem.kind != "one-class"]
    told = [warning.message for warning in read.warnings if warning.kind in TOLD]
    found = [
        [record.text, record.target, [[record.text[span.start : span.end], span.name] for span in record.spans or ()]]
        for record in read.records
    ]
    assert (bool(problems), bool(told)) == (entry["result"] == "refused", entry["result"] == "told")
    assert entry.get("says", "") in (*problems, *told, "")
    assert found == entry["records"]


def test_a_column_for_each_annotator_gives_votes_by_their_names():
    first, second = read_labels([FOLDER / "raters.csv"]).records
    assert first.votes == (Vote(1, "rater_1"), Vote(1, "rater_2"), Vote(0, "rater_3"))
    assert second.votes == (Vote(0, "rater_1"), Vote(0, "rater_2"))  # an empty cell is no vote
    named = ReadOptions(ColumnNames(raters=("anna", "ben")))
    assert read_labels([FOLDER / "named-raters.csv"], named).records[1].votes == (Vote(0, "anna"), Vote(1, "ben"))


def test_columns_with_numbers_that_are_no_annotators_are_no_votes(write):
    path = write("a.csv", f"text,label,r1,r2\n{SHAMELESS},1,4.5,9.25\n{PLAIN},0,1.5,3\n")
    assert [(record.label, record.votes) for record in read_labels([path]).records] == [(1, ()), (0, ())]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("not at all biased", 0), ("Slightly biased", 0.25), ("somewhat_biased", 0.5), ("mostly neutral", 0.25),
        ("very biased", 1), ("Extremely unbiased", 0), ("a little opinionated", 0.25), ("somewhat biased", 0.5),
    ],
)  # fmt: skip
def test_words_for_degrees_are_grades(write, name, value):
    path = write("a.csv", f"text,label\n{SHAMELESS},biased\n{PLAIN},not biased\nA third one.,{name}\n")
    assert read_labels([path]).records[2].target == value
    mapped = ReadOptions(names={name: "0.9"})
    assert read_labels([path], mapped).records[2].target == 0.9


def test_a_word_that_is_no_degree_stays_unknown(write):
    path = write("a.csv", f"text,label\n{SHAMELESS},biased\n{PLAIN},gladly biased\n")
    (problem,) = [one for one in read_labels([path]).problems if one.kind == "unknown-label"]
    assert "gladly biased" in problem.message


def test_numbered_labels_of_a_scale(write):
    levels = "".join(f"Text {number} here.,LABEL_{number}\n" for number in range(5))
    read = read_labels([write("a.csv", "text,label\n" + levels)])
    assert [record.target for record in read.records] == [0, 0.25, 0.5, 0.75, 1]
    turned = ReadOptions(names={"LABEL_0": "biased", "LABEL_1": "0"})
    path = write("b.csv", f"text,label\n{SHAMELESS},LABEL_0\n{PLAIN},LABEL_1\n")
    assert [record.target for record in read_labels([path], turned).records] == [1, 0]


@pytest.mark.parametrize("unit", ["utf-16", "crlf"])
def test_offsets_that_count_other_units_are_shifted_as_a_whole(write, unit):
    text = "First line.\r\n🎈🎈 Second\r\nThe shameless mayor left."
    counted = text.replace("\r\n", "\n") if unit == "crlf" else text.replace("🎈", "xx")
    start = counted.index("shameless")
    span = {"start": start, "end": start + 9, "text": "shameless", "label": "opinion"}
    read = read_labels([write("a.json", json.dumps([{"text": text, "label": 1, "spans": [span]}]))])
    assert [text[mark.start : mark.end] for mark in read.records[0].spans] == ["shameless"]
    assert [warning.kind for warning in read.warnings] == [unit]


def test_one_split_of_a_clone_is_read_and_another_by_name():
    needs(bool(importlib.util.find_spec("pyarrow")), "needs pyarrow: pip install biasdetect[train]")
    test = read_labels([FOLDER / "hub-clone"], ReadOptions(split="test"))
    assert [record.text for record in test.records] == ["Pampered bosses whined about the bill.", "The road was closed at noon."]  # fmt: skip
    assert not test.warnings
    (problem,) = read_labels([FOLDER / "hub-clone"], ReadOptions(split="dev")).problems
    assert "it has test, train" in problem.message


def test_documents_of_spacy_are_bounded_and_refused_where_they_are_none(write, monkeypatch):
    needs(bool(importlib.util.find_spec("spacy")), "needs spacy: pip install biasdetect[spacy]")
    for content in (b"no zlib at all", zlib.compress(b"no msgpack"), zlib.compress(b"\x80")):
        (problem,) = read_labels([write("a.spacy", content)]).problems
        assert "DocBin" in problem.message
    monkeypatch.setattr(rows, "MAX_BYTES", 1_000_000)
    (problem,) = read_labels([write("b.spacy", zlib.compress(bytes(50_000_000)))]).problems
    assert "larger than 1 MB" in problem.message


def test_a_document_of_gate_with_entities_is_refused(write):
    text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><GateDocument><TextWithNodes>&b;</TextWithNodes></GateDocument>'
    assert all(problem.fatal for problem in read_labels([write("a.xml", text)]).problems)
    hidden = f"<GateDocument>{'<!-- -->' * 5}<!DOCTYPE a></GateDocument>"
    (problem,) = read_labels([write("b.xml", hidden)]).problems
    assert "document type" in problem.message
    (problem,) = read_labels([write("c.xml", "<GateDocument><TextWithNodes>")]).problems
    assert "no XML" in problem.message


def test_a_tool_that_says_nothing_of_wording_has_not_denied_it(write):
    """Marks that nobody could make are unknown: a biased text without any is no proof that its words are plain."""
    export = json.loads((FOLDER / "lighttag.json").read_text(encoding="utf-8"))
    for example in export["examples"]:
        example["annotations"] = []
    assert [record.spans for record in read_labels([write("a.json", json.dumps(export))]).records] == [None, None]


def test_a_broken_record_of_a_tool_is_told_and_the_others_are_read(write):
    lines = (FOLDER / "labelbox.ndjson").read_text(encoding="utf-8").splitlines()
    broken = json.loads(lines[0])
    del broken["projects"]["clp1"]["labels"][0]["annotations"]["objects"][0]["location"]["end"]
    path = write("a.ndjson", "\n".join([json.dumps(broken), lines[1]]))
    read = read_labels([path])
    assert [problem.place.line for problem in read.problems if problem.kind == "format"] == [1]
    assert [record.text for record in read.records] == [PLAIN]


def test_rows_of_a_file_that_is_one_record_are_rejected_one_by_one(write):
    export = json.loads((FOLDER / "lighttag.json").read_text(encoding="utf-8"))
    export["examples"][0]["annotations"][0]["start"] = 400
    read = read_labels([write("a.json", json.dumps(export))])
    assert [len(json.dumps(row.row)) < 500 for row in read.rejected] == [True]


def test_a_packed_export_is_read(write):
    import gzip

    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb") as packed:
        packed.write((FOLDER / "webanno3.tsv").read_bytes())
    assert len(read_labels([write("a.tsv.gz", stream.getvalue())]).records) == 2
