"""Labelled files in the forms that they come in."""

import gzip
import json

import pytest

from biasdetect.errors import DataError
from biasdetect.evaluation.labelled import GoldSpan, read_labelled

TEXT = "The shameless mayor left, the clerk called it a sham."


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = (content if isinstance(content, str) else json.dumps(content)).encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return write


def marked(item):
    return [(item.text[span.start : span.end], span.category) for span in item.spans]


def test_the_projects_corpus(write):
    spans = [
        {"start": 48, "end": 52, "category": "labeling", "voice": "attributed"},
        {"start": 4, "end": 13, "category": "opinion", "voice": "outlet"},
    ]
    (item,) = read_labelled(write("own.jsonl", {"text": TEXT, "label": 1, "spans": spans}))
    assert (item.label, marked(item), item.ignored) == (1, [("shameless", "opinion")], ((48, 52),))


def test_semeval_spans_by_the_corresponding_category(write):
    spans = [
        {"start": 4, "end": 13, "technique": "Loaded Language"},
        {"start": 14, "end": 19, "technique": "Slogans"},
    ]
    (item,) = read_labelled(write("spans.jsonl", {"text": TEXT, "spans": spans}))
    assert (item.label, marked(item), item.ignored) == (None, [("shameless", "loaded-language")], ((14, 19),))


def test_babe_words_are_marked_wherever_they_stand(write):
    records = [
        {"text": "Sham, a sham; no shampoo.", "label": 1, "biased_words": ["sham", "misspelt"]},
        {"text": "The mayor left.", "label": 0, "biased_words": []},
    ]
    first, second = read_labelled(write("babe.jsonl.gz", "\n".join(map(json.dumps, records))))
    assert first.spans == (GoldSpan(0, 4), GoldSpan(8, 12))
    assert (second.label, second.spans) == (0, ())


@pytest.mark.parametrize(("suffix", "delimiter"), [("csv", ";"), ("csv", ","), ("tsv", "\t")])
def test_babe_tables(write, suffix, delimiter):
    rows = [
        ["text", "outlet", "label_bias", "biased_words"],
        ['"The shameless\nmayor; left, then."', "a", "Biased", "\"['shameless', 'left']\""],
        ["The mayor left.", "b", "Non-biased", "[]"],
        ["The mayor spoke.", "c", "No agreement", "[]"],
    ]
    table = "\ufeff" + "\r\n".join(delimiter.join(row) for row in rows)
    items = read_labelled(write(f"babe.{suffix}", table))
    assert [item.label for item in items] == [1, 0, None]
    assert [text for text, _ in marked(items[0])] == ["shameless", "left"]


def test_a_folder_of_basil_articles_is_one_set(write):
    lexical = {"start": 0, "end": 9, "txt": "shameless", "bias": "lex"}  # off by four, as some are
    informational = {"start": 0, "end": 3, "txt": "The", "bias": "inf"}
    body = [
        {"sentence": TEXT, "annotations": [informational, lexical]},
        {"sentence": "It rained.", "annotations": [informational]},
        {"sentence": " ", "annotations": []},
    ]
    folder = write("basil/2010/one.json", {"title": "x", "body": body}).parent.parent
    write("basil/2011/two.json", {"body": [{"sentence": "It snowed."}]})
    write("basil/notes.txt", "no data")
    items = read_labelled(folder)
    assert [item.label for item in items] == [1, 0, 0]
    assert marked(items[0]) == [("shameless", "")]
    assert items[1].spans == ()


def test_techniques_of_a_paragraph(write):
    record = {"text": TEXT, "techniques": ["Name_Calling-Labeling", "Slogans"]}
    (item,) = read_labelled(write("paragraphs.jsonl", record))
    assert item.techniques == {"labeling"}
    assert (item.label, item.spans) == (None, None)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ("{", "line 2: is no JSON"),
        ("[1]", "line 2: is a list and no object"),
        ({"label": 1}, "line 2, column text: the text is empty"),
        ({"text": " ", "label": 1}, "line 2, column text: the text is empty"),
        ({"text": "a", "label": 2}, "line 2, column label: 2 lies outside"),
        ({"text": "abc", "spans": [{"start": 2, "end": 9}]}, "line 2, column spans: span 2–9 does not lie"),
        ({"text": "abc", "biased_words": "abc"}, 'line 2, column biased_words: "abc" is no list'),
        ({"text": "abc", "techniques": [1]}, "line 2, column techniques: .* is no list of strings"),
        (
            {"body": [{"sentence": "a"}, {"text": "b"}]},
            "line 2: is no record of BASIL .sentence 2: no field 'sentence'",
        ),
    ],
)
def test_bad_records_are_named_by_file_and_line(write, record, message):
    line = record if isinstance(record, str) else json.dumps(record)
    path = write("bad.jsonl", f'{{"text": "a", "label": 0}}\n{line}\n')
    with pytest.raises(DataError, match=message) as caught:
        read_labelled(path)
    assert str(path) in str(caught.value)


def test_files_that_cannot_be_read(write, tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_labelled(tmp_path / "missing.jsonl")
    with pytest.raises(DataError, match="Parquet"):
        read_labelled(write("data.parquet", "x"))
    with pytest.raises(DataError, match="no column of labels"):
        read_labelled(write("bare.jsonl", {"text": "a", "outlet": "b"}))
    with pytest.raises(DataError, match="is empty"):
        read_labelled(write("empty.jsonl", "\n"))
