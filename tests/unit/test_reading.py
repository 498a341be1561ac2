import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biasdetect.errors import InputError
from biasdetect.reading.files import read, read_file
from biasdetect.reading.formats import FORMATS
from biasdetect.reading.inputs import find_inputs, read_inputs
from biasdetect.reading.text import read_text


def test_each_line_is_a_block_and_wrapped_lines_are_one():
    lines = read_text("A headline\nA first paragraph that ends here.\nAnother one.")
    assert [lines.text[block.start : block.end] for block in lines.blocks] == [
        "A headline", "A first paragraph that ends here.", "Another one.",
    ]  # fmt: skip
    wrapped = "The council met on Tuesday to discuss the plans for the\nnew bridge over the river, which have been in the making\nfor nine years.\n\nNo vote was taken."
    assert len(read_text(wrapped).blocks) == 2


WRAPPED = """The Lirna regional council voted on Tuesday to build a second road
bridge over the river, at an estimated cost of 48 million euros, and
the work is expected to take about two years."""


@pytest.mark.parametrize(
    "head",
    [
        ["The city deserves better than this budget", "Opinion by Dana Reed"],
        ["Council approves bridge over the river Lirna after nine hours", "By Dana Reed, Staff Writer"],
        ["Council approves bridge over the river Lirna after nine hours", "Dana Reed"],
        [
            "Council approves bridge over the river Lirna after nine hours",
            "The mayor calls the vote historic",
            "Dana Reed",
        ],
        [
            "Council approves bridge over the Lirna after nine hours",
            "The mayor calls it historic, critics want an audit",
            "By Dana Reed",
        ],
    ],
)
@pytest.mark.parametrize(
    "body", [[], ["\n", WRAPPED], [WRAPPED.replace("\n", " ")], ["\n", WRAPPED.replace("\n", " ")]]
)
def test_lines_above_the_text_are_lines_of_their_own(head, body):
    text = "\n".join([*head, "".join(body)])
    found = [text[block.start : block.end] for block in read_text(text).blocks]
    assert found == [*head, *body[-1:]]


@pytest.mark.parametrize(
    "text",
    [
        WRAPPED,
        "The council of Lirna voted on Monday to close the ferry that runs\nto the north bank.",
        "The council of Lirna voted on Monday to close the ferry of the\nVeldt shipping line.",
    ],
)
def test_wrapped_lines_come_together(text):
    assert len(read_text(text).blocks) == 1


@given(st.text())
def test_blocks_lie_in_the_source_in_order(text):
    end = 0
    for block in read_text(text).blocks:
        assert end <= block.start < block.end <= len(text)
        assert not text[block.start].isspace() and not text[block.end - 1].isspace()
        end = block.end


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("Council approves bridge\nThe council voted on Tuesday.", "Council approves bridge"),
        ("Who pays for the bridge?\nThe council voted on Tuesday.", "Who pays for the bridge?"),
        ("By Hanna Kowalczyk\nCouncil approves bridge\nThe council voted.", "Council approves bridge"),
        ("The council voted on Tuesday.\nIt was late.", None),
        ("“It was late.”\nThe council voted on Tuesday.", None),
        ("Council approves bridge", None),
    ],
)
def test_the_headline_is_told_from_prose(text, headline):
    found = [text[block.start : block.end] for block in read_text(text).blocks if block.role == "headline"]
    assert found == ([headline] if headline else [])


def test_a_few_stray_bytes_do_not_spoil_an_encoding():
    text = "The café’s owner, Zoë Müller, paid 40 € for it. "
    assert "Zoë" in read((text * 3).encode() + "naïve".encode("cp1252")).text
    assert "naïve" in read((text * 3).encode() + "naïve".encode("cp1252")).text


@pytest.mark.parametrize(
    ("data", "name", "blocks"),
    [
        ("The <b>dam</b> held.", "", ["The <b>dam</b> held."]),
        ("<p>The <b>dam</b> held.</p>", "", ["The dam held."]),
        ("<!-- a --><!doctype html><p>The dam held.", "", ["The dam held."]),
        ("The *dam* held.", "a.md", ["The dam held."]),
        ("The *dam* held.", "a.txt", ["The *dam* held."]),
        (b"\xef\xbb\xbf<html><p>The dam held.", "page", ["The dam held."]),
        ('<meta charset="iso-8859-2"><p>Łódź flooded.'.encode("iso-8859-2"), "a.html", ["Łódź flooded."]),
    ],
)
def test_formats_are_recognised(data, name, blocks):
    document = read(data, name=name)
    assert [document.text[block.start : block.end] for block in document.blocks] == blocks


def test_a_format_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="format must be one of"):
        read("text", format="wiki")
    with pytest.raises(InputError, match="binary mode"):
        read("text", format="pdf")


def test_folders_and_patterns_stand_for_their_documents(tmp_path):
    for name in ("b/two.md", "a.txt", "b/.hidden.txt", ".git/x.txt", "b/picture.png", "[odd].txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("The dam held.")

    def found(name):
        return [str(Path(path).relative_to(tmp_path)) for path in find_inputs(name)]

    assert found(str(tmp_path)) == ["[odd].txt", "a.txt", "b/two.md"]
    assert found(f"{tmp_path}/*.txt") == ["[odd].txt", "a.txt"]
    assert found(f"{tmp_path}/**/*.md") == ["b/two.md"]
    assert found(f"{tmp_path}/[odd].txt") == ["[odd].txt"]
    if hasattr(os, "mkfifo"):  # nobody writes to it: it would be waited for
        os.mkfifo(tmp_path / "pipe.txt")
    assert found(str(tmp_path)) == ["[odd].txt", "a.txt", "b/two.md"]
    with pytest.raises(InputError, match="fits no file"):
        found(f"{tmp_path}/*.pdf")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no document"):
        found(str(tmp_path / "empty"))


def test_encodings_are_detected():
    text = "The café’s owner, Zoë Müller, paid 40 € for the naïve painting in Århus. She said so on Monday."
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert "café’s owner, Zoë Müller" in read(text.encode(encoding), name="a").text


@pytest.mark.parametrize(
    "text, encoding",
    [
        ("The owner, José Núñez, left – “a disgrace”, said Ann.", "cp1252"),
        ("It cost €5 million, François Dubois told the board.", "cp1252"),
        ("Мэр сказал в понедельник, что мост будет закрыт до осени и никто не знает почему.", "cp1251"),
    ],
)
def test_short_texts_in_old_encodings(text, encoding):
    assert read(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "holds no text"), (b" \n\t ", "holds no text"), (bytes(range(256)) * 20, "binary"),
        (b"\x89PNG\r\n\x1a\n" + b"a" * 100, "binary"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        read(data, name="a.txt")


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(InputError, match=r"missing\.txt: no such file"):
        read_file(str(tmp_path / "missing.txt"))
    with pytest.raises(InputError, match="is a folder"):
        read_file(str(tmp_path))
    large = tmp_path / "large.txt"
    large.write_bytes(b"word " * (FORMATS["text"].max_bytes // 5 + 1))
    with pytest.raises(InputError, match="larger than 5 MB"):
        read_file(str(large))


def articles(*arguments):
    return [(found.name, found.text) if hasattr(found, "text") else str(found) for found in read_inputs(*arguments)]


def test_each_row_of_a_table_is_an_article(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_bytes("id\ttext\r\n1\tOne café.\r\n2\t\r\n3\tThree\tx\r\n4\tFour.\r\n".encode("utf-16"))
    first, empty, broken, last = articles("a.csv")
    assert (first, last) == (("a.csv#1", "One café."), ("a.csv#4", "Four."))
    assert empty.startswith("a.csv#2: holds no text")
    assert broken.startswith("a.csv#3: has 3 of 2 cells")
    assert articles("a.csv#4") == [last]
    assert "no row 5" in articles("a.csv#5")[0]
    assert "Did you mean 'text'" in articles("a.csv", None, "txt")[0]
    assert "is no utf-32" in articles("a.csv", None, None, "utf-32")[0]
    Path("a.json").write_text('[{"page": {"body": ["One.", "Two."]}}, {"page": {"body": 5}}, {"page": null}]')
    whole, number, missing = articles("a.json")
    assert whole == ("a.json#1", "One.\n\nTwo.")
    assert "no text" in number and "missing" in missing
    Path("e.jsonl").write_bytes(b'{"text": "caf\xe9"}\n{"text": "half \\ud83d"}\n')
    assert articles("e.jsonl")[0] == ("e.jsonl#1", "café")
    assert ["byte 0xE9" in found for found in articles("e.jsonl", None, None, "utf-8")] == [True, False]
    assert "half a character" in articles("e.jsonl")[1]
    assert articles("b.csv") == ["b.csv: no such file. Check the path."]
    Path("c.dat").write_text("head;words\nx;Three words here.\n")
    assert articles("c.dat", None, "words") == [("c.dat#1", "Three words here.")]
    Path("d.csv#1").write_text("A file of that name.")
    assert articles("d.csv#1") == [("d.csv#1", "A file of that name.")]


def test_an_encoding_that_is_named_is_taken_for_articles_too(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("Мэр ушёл.".encode("cp1251"))
    assert articles(str(path), None, None, "cp1251") == [(str(path), "Мэр ушёл.")]
    assert "is no utf-8" in articles(str(path), None, None, "utf-8")[0]
