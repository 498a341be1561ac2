"""RTF: paragraphs, cells and what is not shown."""

import importlib.util

import pytest
from conftest import needs

from biasdetect.errors import InputError
from biasdetect.reading.files import read


@pytest.fixture(autouse=True)
def library():
    needs(bool(importlib.util.find_spec("striprtf")), 'needs the formats extra: pip install ".[dev]"')


def rtf(body):
    return (r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times;}}{\info{\title Secret}}" + body + "}").encode("cp1252")


def blocks(body):
    document = read(rtf(body), name="a.rtf")
    assert document.extracted and document.text == document.source
    return [document.text[block.start : block.end] for block in document.blocks]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (r"\pard Council says no\par\pard The council \b rejected\b0  it.\line It was late.\par", ["Council says no", "The council rejected it.", "It was late."]),
        (r"Zo\'eb M\u252?ller, 40 \'80 \emdash  \ldblquote a farce\rdblquote\par", ["Zoë Müller, 40 € — “a farce”"]),
        ("Zoë Müller\\par", ["Zoë Müller"]),
        (r"A smile \u-10179?\u-8704? here\par", ["A smile 😀 here"]),
        (r"\trowd\intbl Place\cell Votes\cell\row\intbl Old \\cell\cell 4\nestcell\row", ["Place", "Votes", r"Old \cell", "4"]),
        (r"It {\deleted\revauthdel1 always }{\v secretly }{\strike never }rose.{\*\generator x}\par", ["It rose."]),
        (r"It \strike never\strike0  rose.\par", ["It never rose."]),
        (r"See {\field{\*\fldinst{HYPERLINK " + '"https://lirna.example"' + r"}}{\fldrslt the minutes}} now.\par", ["See the minutes now."]),
        (r"{\header Page}{\footer 1}One{\footnote Two}.\par{\pict\pngblip 89504e47}", ["One."]),
    ],
)  # fmt: skip
def test_what_is_shown_is_read(body, found):
    assert blocks(body) == found


def test_an_rtf_is_known_by_its_content():
    assert read(rtf("The river rose."), name="a.doc").text.strip() == "The river rose."
    assert read(rtf("The river rose."), media_type="text/plain").text.strip() == "The river rose."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"The river rose.", "no RTF"),
        (rtf(r"\pict"), "holds no text"),
        (rtf(r"The river\uc rose."), "damaged RTF"),
        (b"{\\rtf1 " + b"{" * 100_000, "holds no text"),
        (rtf(r"\par" * 1000), "holds no text"),
    ],
)
def test_what_cannot_be_read_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        read(data, "rtf", name="a.rtf")


def test_a_line_of_links_takes_no_square_of_its_length():
    body = r"{\field{\*\fldinst{a}" * 20_000
    assert read(rtf(f"The river rose.{body}"), name="a.rtf").text.startswith("The river rose.")


def test_pictures_take_no_time_and_much_text_is_refused():
    picture = r"{\pict\pngblip " + "89504e47" * 1_000_000 + "}"
    assert read(rtf(f"One.{picture}Two.{picture}"), name="a.rtf").text == "One.Two."
    with pytest.raises(InputError, match="larger than 5 MB"):
        read(rtf("word " * 1_100_000), name="a.rtf")
