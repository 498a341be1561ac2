"""Tables of every form, encoding and layout: the same rows from all, and one message that says what is wrong."""

import builtins
import gzip
import io
import json
from datetime import datetime

import pytest

from biasdetect.errors import MissingExtraError
from biasdetect.reading.tables import Limits, Table, TableError
from biasdetect.reading.tables.columns import field_value, find_text_column, joined_paragraphs

ROWS = [
    {"id": "1", "outlet": "Le Journal d’Orsa", "text": "“A disgrace,” said Ann. The shameless café owner left."},
    {"id": "2", "outlet": "B, Daily", "text": 'The council met.\nIt "voted" — twice.'},
]


def read(data, name="a.csv", encoding=None, **limits):
    with Table(io.BytesIO(data), name, encoding, Limits(**limits)) as table:
        return [row.fields if row.trouble is None else row.trouble.kind for row in table.rows()]


def refused(data, name="a.csv", encoding=None, **limits):
    with pytest.raises(TableError) as error:
        read(data, name, encoding, **limits)
    return str(error.value)


def as_csv(delimiter=",", end="\r\n"):
    cells = [list(ROWS[0]), *(list(row.values()) for row in ROWS)]
    return "".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + end for row in cells)


LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
LAYOUTS = {
    "a.csv": as_csv(),
    "tabs.csv": as_csv("\t"),
    "a.tsv": as_csv("\t", "\n"),
    "semicolons.csv": as_csv(";"),
    "sep.csv": "sep=;\r\n" + as_csv(";"),
    "quoted sep.csv": '"sep=|"\n' + as_csv("|"),
    "a.jsonl": LINES,
    "a.json": LINES,
    "array.jsonl": json.dumps(ROWS, ensure_ascii=False),
    "pretty array.json": json.dumps(ROWS, ensure_ascii=False, indent=1),
    "pretty.jsonl": "\n".join(json.dumps(row, ensure_ascii=False, indent=4) for row in ROWS),
    "json.csv": LINES,
    "no suffix": LINES,
    "csv.txt": as_csv(),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_in_every_encoding_gives_the_same_rows(name, encoding):
    assert read(LAYOUTS[name].encode(encoding), name) == ROWS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1252", "mac-roman", "utf-8"])
def test_the_encoding_that_is_named_is_taken(encoding):
    assert read(as_csv().encode(encoding), encoding=encoding) == ROWS
    assert read(("\ufeff" if encoding.startswith("utf") else "").encode(encoding) + LINES.encode(encoding), "a.jsonl", encoding) == ROWS  # fmt: skip


def test_lines_of_two_encodings_are_each_read_in_theirs():
    utf8, western = (LINES.encode(encoding).splitlines(keepends=True) for encoding in ("utf-8", "cp1252"))
    for data in (utf8 + western, western + utf8, western * 9 + utf8, utf8 * 9 + western):
        assert {tuple(row.values()) for row in read(b"".join(data), "a.jsonl")} == {tuple(row.values()) for row in ROWS}


def test_what_comes_behind_the_sample_is_no_other_table():
    long = [{"id": str(number), "text": "The council met on Tuesday, and voted. " * 100} for number in range(600)]
    last = {"id": "last", "text": "The café closed."}
    data = "".join(json.dumps(row) + "\n" for row in long).encode() + (json.dumps(last, ensure_ascii=False) + "\n").encode("cp1252")  # fmt: skip
    assert len(data) > 2_000_000
    assert read(data, "a.jsonl")[-1] == last
    pretty = json.dumps([*long, last], ensure_ascii=False, indent=2)
    for encoding in ("utf-8", "utf-16"):
        assert read(pretty.encode(encoding), "a.json") == [*long, last]
    one = {"text": "x" * 1_500_000, "id": 1}
    assert read(json.dumps(one, indent=1).encode(), "a.json") == [one]


def test_packed_tables():
    for data in (
        gzip.compress(LINES.encode()),
        gzip.compress(LINES[:40].encode()) + gzip.compress(LINES[40:].encode()),
    ):
        assert read(data, "a.jsonl.gz") == ROWS
        assert read(data, "a.jsonl") == ROWS
    pa = pytest.importorskip("pyarrow")
    packed = pa.Codec("zstd").compress(as_csv().encode("utf-16"), asbytes=True)
    assert read(packed, "a.csv.zst") == ROWS
    assert "no whole packed file" in refused(packed[:-9], "a.csv.zst")
    assert "no whole packed file" in refused(gzip.compress(LINES.encode())[:-9], "a.jsonl.gz")
    assert "larger than 1 MB" in refused(gzip.compress(b"id,text\n" + b"a,b\n" * 1_000_000), unpacked=1_000_000)


def test_a_spreadsheet(tmp_path):
    openpyxl = pytest.importorskip("openpyxl", reason='needs the xlsx extra: pip install ".[dev]"')
    book = openpyxl.Workbook()
    book.active.title = "Empty"
    sheet = book.create_sheet("Articles")
    sheet.append([])
    for row in (
        ["id", "date", "text", None],
        [7, datetime(2024, 4, 30, 23, 30), "Two_x000D_\nlines."],
        [],
        [8, None, "Last."],
    ):
        sheet.append(row)
    book.create_sheet("More").append(["x"])
    book.save(tmp_path / "a.xlsx")
    data = (tmp_path / "a.xlsx").read_bytes()
    assert read(data, "a.xlsx") == [
        {"id": 7, "date": datetime(2024, 4, 30, 23, 30), "text": "Two\r\nlines."},
        {"id": 8, "date": None, "text": "Last."},
    ]
    assert read(data, "a.csv") == read(data, "a.xlsx")
    with Table(io.BytesIO(data), "a.xlsx") as table:
        assert (table.form, table.note) == ("xlsx", "sheet Articles")
    assert "no readable spreadsheet" in refused(data[:2000], "a.xlsx")
    assert "larger than" in refused(data, "a.xlsx", spreadsheet=1000)


@pytest.mark.parametrize(
    ("name", "module", "data", "extra"),
    [
        ("a.xlsx", "openpyxl", b"PK\x03\x04", "xlsx"),
        ("a.parquet", "pyarrow", b"PAR1", "corpus"),
        ("a.csv.zst", "pyarrow", b"\x28\xb5\x2f\xfd", "corpus"),
    ],
)
def test_what_an_extra_reads_is_refused_with_its_name(monkeypatch, name, module, data, extra):
    imported = builtins.__import__

    def without(wanted, *rest):
        if wanted.partition(".")[0] in (module, "compression"):
            raise ImportError(wanted)
        return imported(wanted, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=rf"biasdetect\[{extra}\]"):
        read(data, name)


def test_fields_in_fields_and_lists_of_paragraphs():
    records = [{"id": 1, "article": {"body": ["One.", None, " ", "Two."], "title": "T"}, "meta": {"a.b": 1}}]
    with Table(io.BytesIO(json.dumps(records).encode()), "a.json") as table:
        assert table.names == ["id", "article.body", "article.title", "meta.a.b"]
        assert find_text_column(table.names, None) == "article.body"
        assert find_text_column(table.names, "article.title", ["meta"]) == "article.title"
        (row,) = table.rows()
    assert joined_paragraphs(field_value(row.fields, "article.body")) == "One.\n\nTwo."
    assert field_value({"a.b": 1, "a": {"b": 2}}, "a.b") == 1
    assert (field_value({"a": "x"}, "a.b"), joined_paragraphs([{"a": 1}])) == (None, [{"a": 1}])
    assert find_text_column(["a.text", "b.text", "body"], None) == "body"
    for names, named, says in (
        (["a.text", "b.text"], None, "Name it with --text-column"),
        (["id", "article.body"], "article.bod", "Did you mean 'article.body'"),
        (["The council met."], None, "first line"),
    ):
        with pytest.raises(TableError, match=says):
            find_text_column(names, named)


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.csv", "is empty"),
        (b"\xef\xbb\xbf \r\n", "a.jsonl", "is empty"),
        (b"%PDF-1.7 ...", "a.csv", "is a PDF and no table. Score it"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a.csv", "is a picture"),
        (b"PK\x03\x04 ...", "a.csv", "no readable spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.csv", "old spreadsheet (.xls)"),
        (b"<!DOCTYPE html><html>", "a.csv", "is a web page"),
        (b"<?xml version='1.0'?>", "a.json", "is XML"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a.csv", "git lfs pull"),
        ("id,text\n1,x\n".encode("utf-16-le"), "a.csv", "--encoding utf-16-le"),
        (b"id,text\n1,x\n", "a.parquet", "no readable Parquet file"),
        (b'[{"id": 1}, {"id": ', "a.json", "no JSON from here on"),
        (b'[{"id": 1}, {"id": "x', "a.json", "no JSON from here on"),
        (b'[{"id": 1} {"id": 2}]', "a.json", "breaks off"),
        (b'[{"id": 1}] {"id": 2}', "a.json", "goes on behind the end"),
        (b'{\n"id": 1\n}\n{\n"id": 2,\n}', "a.jsonl", "no JSON from here on"),
        (b'id,text\n1,"x', "a.csv", "never closed"),
    ],
)
def test_what_is_no_table_is_told_by_what_it_is(data, name, says):
    assert says in refused(data, name)


def test_a_broken_row_alone_is_told():
    assert read(b'id,text\n1,a\n2,b,c\n3,"a "b" c"\n\n4,d\n') == [{"id": "1", "text": "a"}, "cells", "csv", {"id": "4", "text": "d"}]  # fmt: skip
    lines = (
        b'{"a": 1}\n{broken\n\n[1]\n{"a": 1, "a": 2}\n' + b"[" * 100_000 + b'\n{"a": 9}\n{"a": ' + b"9" * 5000 + b"}"
    )
    assert read(lines, "a.jsonl") == [{"a": 1}, "json", "json", "json", "json", {"a": 9}, "json"]
    for first in (
        b"{broken",
        b'{"deep": ' + b"[" * 100_000,
        b'{"a": "' + b"x" * 300_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ):
        assert read(first + b'\n{"a": 9}\n', "a.jsonl") == ["json", {"a": 9}]


def test_bounds_on_what_is_read_at_once():
    long = json.dumps({"text": "x" * 300_000})
    assert read(f'{{"a": 1}}\n{long}\n{{"a": 2}}'.encode(), "a.jsonl", line=100_000) == [{"a": 1}, "json", {"a": 2}]
    assert "has a record of more than" in refused(f"[{long}]".encode(), "a.json", line=100_000)
    assert "has a line of more than" in refused(b"id,text\n" + b"x" * 300_000, line=100_000)
    assert "a cell of more than 1,000 characters" in refused(b'id,text\n1,"' + b"x\n" * 3000 + b'"\n', cell=1000)


def test_the_rows_in_front_of_what_breaks_a_table_are_read():
    with Table(io.BytesIO(b'[{"a": 1}, {"a": 2}, {]'), "a.json") as table:
        rows = table.rows()
        assert [next(rows).fields, next(rows).fields] == [{"a": 1}, {"a": 2}]
        with pytest.raises(TableError, match="from here on"):
            next(rows)


def test_names_of_columns():
    assert read(b"id,text,,\n1,x,,\n") == [{"id": "1", "text": "x", "column 3": "", "column 4": ""}]
    assert read(b"\n\n id ;text\n1;x\n") == [{"id": "1", "text": "x"}]
    assert read(b'"a, b, c";text\n1;x\n') == [{"a, b, c": "1", "text": "x"}]
    assert 'two columns named "id"' in refused(b"id,text,id\n")
