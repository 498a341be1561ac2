"""Files that are broken, huge or made to hurt: one clear message each, and the good rows all the same."""

import gzip
import importlib.util
import io
import json
import zipfile

import pytest
from conftest import needs

from biasdetect.labels import ReadOptions, read_labels, rows

GOOD = {"text": "The shameless mayor left.", "label": 1}
OTHER = {"text": "The council meets.", "label": 0}


def told(path, content, **options):
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    labels = read_labels([path], ReadOptions(**options))
    labels.rejected_lines()
    return labels


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


def test_a_zip_named_csv(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("labels.csv", "text,label\n")
    (problem,) = told(tmp_path / "a.csv", stream.getvalue()).problems
    assert "zip archive" in problem.message


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.parquet", b"PAR1 and nothing more", "Parquet"),
        ("a.parquet", b"text,label\n", "Parquet"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"text,label\r\n", "no rows"),
        ("a.csv", bytes(5000), "binary"),
        ("a.csv", b"text,label,text\nx y,1,z\n", "two columns"),
        ("a.jsonl.gz", gzip.compress(b"{}" * 500, mtime=0)[:-9], "no whole packed file"),
        ("a.json", b"[{}, {", "no JSON from here on"),
        ("a.json", b'[{"text": "x y", "label": 1} {}]', "breaks off"),
        ("a.json", b"[" * 100_000, "nested"),
        ("a.json", b'{"a":' * 100_000, "nested"),
        ("a.xmi", b"<x/>", "TypeSystem.xml"),
    ],
)
def test_one_message_says_what_is_wrong(tmp_path, name, content, says):
    labels = told(tmp_path / name, content)
    assert any(says in problem.message for problem in labels.problems)
    assert len(labels.problems) == 1


@pytest.mark.parametrize("name", ["no-such-file.csv", "folder", "x" * 5000])
def test_what_is_not_there(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (problem,) = read_labels([tmp_path / name]).problems
    assert problem.fatal


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("no JSON at all", "no JSON"),
        ("[1, 2]", "list and no object"),
        ('{"text": "a b", "text": "c d"}', "stands twice"),
        ('{"text": "half \\ud83d a balloon", "label": 1}', "half a character"),
        ('{"text": "x y", "label": 1e999}', "beyond all bounds"),
        ('{"text": "x y", "label": ' + "9" * 5000 + "}", "no usable"),
        ('{"text": "x y", "label": 1, "deep": ' + "[" * 60 + "]" * 60 + "}", "nested too deeply"),
        ('{"text": "x y", "label": 1, "deep": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"text": {"a": 1}, "label": 1}', "an object and no text"),
        ('{"text": "x\\u0000y", "label": 1}', "NUL"),
        ('{"text": "x y", "label": {"a": {"b": 1}}}', "no label but"),
        ('{"text": "x y", "label": NaN}', ""),
    ],
)
def test_a_bad_line_alone_is_rejected(tmp_path, line, says):
    labels = told(tmp_path / "a.jsonl", lines(GOOD) + line + "\n" + lines(OTHER))
    assert [record.text for record in labels.records if record.label is not None] == [GOOD["text"], OTHER["text"]]
    if says:
        (problem,) = labels.problems
        assert says in problem.message
        assert problem.place.line == 2
        assert [row.line for row in labels.rejected] == [2]


def test_a_line_in_another_encoding(tmp_path):
    content = lines(GOOD).encode() + '{"text": "Le café ferme", "label": 0}\n'.encode("cp1252") + lines(OTHER).encode()
    labels = told(tmp_path / "a.jsonl", content)
    assert labels.records[1].text == "Le café ferme"
    assert ([problem.kind for problem in labels.problems], [problem.kind for problem in labels.warnings]) == (
        [],
        ["encoding"],
    )
    labels = told(tmp_path / "a.jsonl", content, encoding="utf-8")
    (problem,) = labels.problems
    assert (problem.kind, problem.place.line) == ("encoding", 2)
    assert "0xE9" in problem.message
    assert "é" in problem.message
    assert len(labels.records) == 2
    assert not told(tmp_path / "a.jsonl", content, encoding="cp1252").problems


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_encodings(tmp_path, encoding):
    labels = told(tmp_path / "a.csv", "text,label\nA café,1\nA bar,0\n".encode(encoding))
    assert [record.text for record in labels.records] == ["A café", "A bar"]
    assert told(tmp_path / "a.csv", b"text,label\nA bar,0\n", encoding="nonesuch").problems


def test_a_column_without_a_name_is_none_of_the_parts(tmp_path):
    labels = told(tmp_path / "a.csv", ",text,label\n0,A bar,0\n1,A hall,1\n")
    assert labels.problems == ()
    assert [record.extra for record in labels.records] == [{"": "0"}, {"": "1"}]


def test_a_header_in_another_encoding(tmp_path):
    content = "text,label,größe\nA bar,0,1\nA hall,1,2\n".encode("cp1252")
    assert [record.extra for record in told(tmp_path / "a.csv", content).records] == [{"größe": "1"}, {"größe": "2"}]
    (problem,) = told(tmp_path / "a.csv", content, encoding="utf-8").problems
    assert (problem.kind, problem.place.line) == ("encoding", 1)


@pytest.mark.parametrize(
    ("rows", "says", "good"),
    [
        ("A bar,0\nA hall,1,2\nA café,1\n", "3 of 2 cells", 2),
        ("A bar,0\nA hall\nA café,1\n", "1 of 2 cells", 2),
        ('A bar,0\n"A hall" x,1\nA café,1\n', "no table row", 2),
        ('A bar,0\n"A hall,1\nA café,1\n', "never closed", 1),
        ("A bar,0\nA \0 hall,1\nA café,1\n", "NUL", 2),
    ],
)
def test_broken_rows_of_tables(tmp_path, rows, says, good):
    labels = told(tmp_path / "a.csv", "text,label\n" + rows)
    assert any(says in problem.message for problem in labels.problems)
    assert [problem.place.line for problem in labels.problems if problem.place.line] == [3]
    assert len(labels.records) == good


def test_a_cell_of_a_hundred_megabytes(tmp_path):
    labels = told(tmp_path / "a.csv", b'text,label\nA bar,0\n"' + b"x\n" * 50_000_000 + b'",1\n')
    (problem,) = labels.problems
    assert "1,000,000 characters" in problem.message
    assert len(labels.records) == 1


def test_a_file_beyond_the_bound_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    (problem,) = read_labels([path]).problems
    assert "200 MB" in problem.message


def test_a_gzip_bomb_is_unpacked_to_the_bound_only(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "MAX_BYTES", 2_000_000)
    (problem,) = told(tmp_path / "a.jsonl.gz", gzip.compress(b" " * 50_000_000, mtime=0)).problems
    assert "larger than 2 MB" in problem.message


def test_a_parquet_file_that_repeats_a_long_text(tmp_path):
    needs(bool(importlib.util.find_spec("pyarrow")), "needs pyarrow: pip install biasdetect[train]")
    import pyarrow as pa
    import pyarrow.parquet as pq

    def written(length, rows):
        texts = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x " * length]))
        pq.write_table(
            pa.table({"text": texts, "label": [number % 2 for number in range(rows)]}), tmp_path / "a.parquet"
        )
        return read_labels([tmp_path / "a.parquet"]).problems

    (problem,) = [problem for problem in written(5_000_000, 100_000) if problem.fatal]
    assert "1,000,000 characters" in problem.message
    (problem,) = [problem for problem in written(400_000, 100_000) if problem.fatal]
    assert "200 MB once unpacked" in problem.message


def test_more_rows_than_the_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "MAX_ROWS", 100)
    labels = told(tmp_path / "a.csv", "text,label\n" + "".join(f"Bar {n},{n % 2}\n" for n in range(500)))
    assert [problem.kind for problem in labels.problems] == ["too-large"]


def test_many_copies_of_a_contradiction_stay_small(tmp_path):
    rows = "".join(f"The same text,{number % 2}\n" for number in range(5000))
    labels = told(tmp_path / "a.csv", "text,label\n" + rows)
    assert len(labels.problems) == 5000
    assert max(len(problem.message) for problem in labels.problems) < 2000


def test_lists_that_never_end_in_a_cell(tmp_path):
    cell = "[" * 20_000
    labels = told(tmp_path / "a.csv", f'text,label,spans\nA bar,0,"{cell}"\nA hall,1,[]\n')
    (problem,) = labels.problems[:1]
    assert "no list of spans" in problem.message
    assert len(problem.message) < 200


def test_a_line_of_raw_surrogates_loses_nothing(tmp_path):
    content = b'{"text": "\xed\xa0\x80 x", "label": 1}\n' + lines(GOOD).encode()
    labels = told(tmp_path / "a.jsonl", content, encoding="utf-8")
    assert [problem.kind for problem in labels.problems] == ["encoding"]
    assert json.loads(labels.rejected_lines())["row"]


def test_a_document_type_in_xmi_is_refused(tmp_path):
    (tmp_path / "TypeSystem.xml").write_text("<typeSystemDescription/>")
    (problem,) = told(tmp_path / "a.xmi", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>').problems
    assert "document type" in problem.message
