"""What markup and layout give as somebody else's words, in every format."""

from io import BytesIO

import docx
import pytest

import biasdetect

SAID = "This shameless plan is a disgrace."


def said(document):
    return [(document.text[one.start : one.end].strip(), one.speaker) for one in document.said]


def word(style):
    file = docx.Document()
    file.add_paragraph("The council met.")
    file.add_paragraph(SAID, style=style)
    file.add_paragraph("The vote was postponed.")
    data = BytesIO()
    file.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (f"<p>The council met.</p><blockquote><p>{SAID}</p></blockquote><p>It voted.</p>", "a.html"),
        (f"<p>The mayor said <q>{SAID}</q> and left.</p>", "a.html"),
        (f"The council met.\n\n> {SAID}\n\nIt voted.\n", "a.md"),
        (word("Quote"), "a.docx"),
        (word("Intense Quote"), "a.docx"),
        (f"The union turned it down. Its statement reads:\n\n{SAID}\n\nThe company said it would reply.\n", "a.txt"),
        (f"He wrote to the board.\n\n> {SAID}\n\nIt voted.\n", "a.txt"),
        (f"The council met on Monday.\n\nThe mayor wrote:\n\n{SAID}\n\nThe vote was postponed.\n", "a.txt"),
    ],
)
def test_what_is_quoted_without_marks_is_somebody_elses(source, name):
    data = source.encode() if isinstance(source, str) else source
    found = said(biasdetect.read(data, name=name))
    assert [(words.removeprefix("> "), speaker) for words, speaker in found] == [(SAID, "")]


def test_in_an_interview_each_answer_is_its_speakers():
    text = "Q: Was the plan wrong?\n\nVELDT: It was a swindle.\n\nQ: Will you appeal?\n\nVELDT: Yes, at once.\n"
    document = biasdetect.read(text, name="a.txt")
    assert said(document) == [
        ("Was the plan wrong?", ""), ("It was a swindle.", "VELDT"), ("Will you appeal?", ""), ("Yes, at once.", "VELDT"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Weather: Rain is expected in the north.\n\nThe council met on Monday.\n\nThe vote was postponed.\n",
        "The council met on Monday. It had three aims:\n\nIt wanted a bridge.\n\nIt wanted a road.\n",
        "Note: The figures are for 2019.\n\nThe mayor left on Monday at noon.\n",
        "The mayor left his post for three reasons:\n\nThe roof leaked.\n\nThe pay was low.\n",
        "Since the release of the report, much has changed:\n\nTrains run on time.\n",
        "Ann Bly: 20 points.\n\nBen Ito: 14 points.\n\nCara Lund: 9 points.\n",
        "Pros: It is light.\n\nCons: It is dear.\n",
    ],
)
def test_a_colon_alone_makes_nobody_speak(text):
    assert said(biasdetect.read(text, name="a.txt")) == []
