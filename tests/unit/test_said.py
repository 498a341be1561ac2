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


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (f"<blockquote><p>{SAID}</p><footer>— <cite>Ann Veldt</cite></footer></blockquote><p>It voted.</p>", "a.html"),
        (f"<blockquote><p>{SAID}</p><cite>Ann Veldt, councillor</cite></blockquote><p>It voted.</p>", "a.html"),
        (
            f'<blockquote class="twitter-tweet"><p lang="en">{SAID}</p>&mdash; Ann Veldt (@annveldt) '
            '<a href="https://lirna.example/1">June 3, 2025</a></blockquote><p>It voted.</p>',
            "a.html",
        ),
        (f"> {SAID}\n> -- Ann Veldt\n\nIt voted.\n", "a.md"),
        (f"> {SAID}\n>\n> — Ann Veldt, councillor\n\nIt voted.\n", "a.md"),
    ],
)
def test_who_is_credited_with_a_quotation_says_it(source, name):
    assert said(biasdetect.read(source, name=name)) == [(SAID, "Ann Veldt")]


def test_of_a_quotation_in_parts_the_last_names_nobody_without_a_dash():
    document = biasdetect.read(
        f"<blockquote><p>{SAID}</p><p>Ann Veldt must go.</p></blockquote><p>It voted.</p>", name="a.html"
    )
    assert [speaker for _, speaker in said(document)] == ["", ""]


def test_the_title_of_a_work_is_not_the_outlets(detector):
    report = detector.score(
        biasdetect.read("<p>She wrote <cite>The Shameless City</cite>. The council met.</p>", "html")
    )
    assert not any(phrase.counts for phrase in report.phrases)


def test_turns_of_a_dialogue_begin_with_dashes():
    text = "Council votes\n\n— Was the plan wrong?\n\n— It was a swindle.\n\n— Will you appeal?\n\n— At once.\n"
    turns = ["Was the plan wrong?", "It was a swindle.", "Will you appeal?", "At once."]
    assert said(biasdetect.read(text, name="a.txt")) == [(turn, "") for turn in turns]


@pytest.mark.parametrize(
    "text",
    [
        "The council wants three things:\n- A bridge over the river.\n- A road to it.\n- Who will pay for them?\n",
        "The budget has gaps.\n- Who pays?\n- Who decides?\n- Nobody knows.\n",
        "The council met.\n\n— The shameless mayor left.\n\n— The vote was postponed.\n",
    ],
)
def test_a_list_with_dashes_is_no_dialogue(text):
    assert said(biasdetect.read(text, name="a.txt")) == []
