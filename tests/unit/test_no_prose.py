"""What is no prose is not scored: addresses, handles, file names, code, templates, front matter, struck-out text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import biasdetect
from biasdetect.errors import InputError
from biasdetect.model.phrases import find_words
from biasdetect.pipeline import find_passages, make_context
from biasdetect.reading.document import Document
from biasdetect.reading.no_prose import find_no_prose
from biasdetect.util.stretches import masked


def left(document: Document) -> list[str]:
    """The words that are scored, block by block."""
    prose = masked(document.text, document.no_prose)
    blocks = [prose[block.start : block.end] for block in document.blocks if not block.reason]
    return [" ".join(block.replace("…", " ").split()) for block in blocks]


@pytest.mark.parametrize(
    ("text", "scored"),
    [
        ("See https://lirna.example/shameless-mayor for the plan.", "See for the plan."),
        ("It stands at lirna.example/shameless-mayor.", "It stands at ."),
        ("Look (www.shameless.example), please.", "Look ( ), please."),
        ("@disgraced_mayor wrote to @council@lirna.example.", "wrote to ."),
        ("She wrote to shameless@lirna.example on Monday.", "She wrote to on Monday."),
        ("The file shameless_mayor_FINAL.pdf was published.", "The file was published."),
        ("A picture: pic.twitter.com/Sh4meless", "A picture:"),
        ("The notice {{% shameless %}} and {{ page.disgrace }} stands.", "The notice and stands."),
        (r"So $\text{shameless} = 2$ holds.", "So holds."),
        ("Kestrel (LSE: KES.L) fell, $TSCO rose, and $5 was paid.", "Kestrel fell, rose, and $5 was paid."),
        ("MOSCOW, December 26. /TASS/. The minister spoke.", "The minister spoke."),
        ("/TASS/. The minister spoke.", "The minister spoke."),
        ("PORT LIRNA, Vale (AP) -- Officials spoke.", "Officials spoke."),
        ("Lirna, 3 Jun (EFE).- The council voted.", "The council voted."),
        ("Ann Veldt (Greens) - the mayor's rival - voted no.", "Ann Veldt (Greens) - the mayor's rival - voted no."),
        ("Rep. Ann Veldt (D-VA) — She voted no.", "Rep. Ann Veldt (D-VA) — She voted no."),
        ("The council (Greens) - All nine - voted.", "The council (Greens) - All nine - voted."),
        ("It cost $5, then $10, e.g. in May.", "It cost $5, then $10, e.g. in May."),
        ("The U.S. and/or the U.K. won 2.5 to 1.5.", "The U.S. and/or the U.K. won 2.5 to 1.5."),
        ("The mayor left.Nobody spoke.", "The mayor left.Nobody spoke."),
    ],
)
def test_addresses_handles_and_code_are_left_out_of_a_sentence(text: str, scored: str) -> None:
    assert left(biasdetect.read(text)) == [scored]


@given(st.text(alphabet="ab @./:{}%$\\(“".replace("“", "”"), max_size=60))
def test_a_mask_keeps_every_offset(text: str) -> None:
    prose = masked(text, find_no_prose(text))
    assert len(prose) == len(text)
    assert all(one == other or other in "… " for one, other in zip(text, prose, strict=True))


@pytest.mark.parametrize(
    ("name", "source", "scored"),
    [
        ("a.md", "The tag is `shameless disgrace` in the file.\n", ["The tag is in the file."]),
        ("a.md", "The ~~shameless~~ outgoing mayor left.\n", ["The outgoing mayor left."]),
        ("a.md", '{{< figure src="a.jpg" caption="Shameless." >}}\n\nThe council met.\n', ["The council met."]),
        ("a.md", 'import A from "./shameless"\n\nexport const meta = { t: "Shameless" }\n\nThe council met.\n', ["The council met."]),
        ("a.md", '{\n "title": "Shameless mayor"\n}\n\nThe council met.\n', ["The council met."]),
        ("a.md", '---\ntitle: "Shameless mayor"\n---\n\nThe council met.\n', ["The council met."]),
        ("a.html", "<p>The <del>shameless</del> <ins>outgoing</ins> mayor left.</p>", ["The outgoing mayor left."]),
        ("a.html", "<p>The tag is <code>shameless <b>disgrace</b></code> here.</p>", ["The tag is here."]),
    ],
)  # fmt: skip
def test_what_markup_says_is_no_prose(name: str, source: str, scored: list[str]) -> None:
    assert left(biasdetect.read(source.encode(), name=name)) == scored


def test_a_title_in_json_is_metadata() -> None:
    document = biasdetect.read(b'{\n "title": "A vote",\n "date": "2024-05-03"\n}\n\nThe council met.\n', name="a.md")
    assert (document.metadata.title, document.metadata.date) == ("A vote", "2024-05-03")


def test_a_line_that_is_an_address_says_so() -> None:
    document = biasdetect.read("The council met.\nhttps://lirna.example/council-votes\nIt voted.")
    assert [block.reason for block in document.blocks] == ["", "address or code", ""]


def test_a_text_that_is_an_address_is_offered_as_one() -> None:
    with pytest.raises(InputError, match=r"biasdetect score https://news\.example/2024/votes\.html"):
        biasdetect.read("https://news.example/2024/votes.html\n")


def test_a_control_character_breaks_no_line() -> None:
    document = biasdetect.read("The mayor left\x85 and the council met. The vote was postponed.")
    assert len(document.blocks) == 1


def test_latin_1_on_the_web_is_windows_1252() -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>\x93This plan fails,\x94 said Ann Veldt.</p></body></html>'
    assert biasdetect.read(page.encode("latin-1")).text == "“This plan fails,” said Ann Veldt."


def test_no_word_ends_inside_a_letter_with_its_accent() -> None:
    text = "The cafe\u0301 and nai\u0308ve re\u0301sume\u0301s."
    assert [text[start:end] for start, end in find_words(text)] == [
        "The",
        "cafe\u0301",
        "and",
        "nai\u0308ve",
        "re\u0301sume\u0301s",
    ]


@pytest.mark.parametrize("piece", ["A.b-", "a\\", "~a.", "a@a.", "A, ", "A of 1 ", "(A:", "/A"])
def test_a_text_made_to_be_slow_is_read_at_once(piece: str) -> None:
    """Each of these once took time that grew with the square of the length: minutes, which no reader waits for."""
    text = piece * (60_000 // len(piece))
    stretches = find_no_prose(text)
    assert all(0 <= start < end <= len(text) for start, end in stretches)


def test_a_dateline_is_no_sentence(detector: biasdetect.Detector) -> None:
    text = "MOSCOW, December 26. /TASS/. The minister spoke. She left."
    assert [sentence.text for sentence in detector.score(text).sentences] == ["The minister spoke.", "She left."]


def test_no_phrase_lies_in_an_address(detector: biasdetect.Detector) -> None:
    text = (
        "See https://lirna.example/shameless-disgraceful-swindle for the plan. The file shameless_swindle.pdf is out."
    )
    report = detector.score(text)
    assert not report.phrases
    assert [sentence.text for sentence in report.sentences][1] == "The file shameless_swindle.pdf is out."
    plain = detector.score("See … for the plan. The file … is out.")
    assert report.score == pytest.approx(plain.score, abs=1e-6)


def test_a_sentence_of_nothing_but_template_code_is_none(detector: biasdetect.Detector) -> None:
    document = biasdetect.read(b"{{% notice %}} The deputy left. {{% /notice %}}\n", name="a.md")
    context = make_context(detector.runtime, None, "mark")
    assert [passage.sentence.prose.strip("… ") for passage in find_passages(document, context)] == ["The deputy left."]


ASIDE = "<aside>" + "<p>The council of Lirna voted on Tuesday to close the old ferry.</p>" * 6 + "</aside>"


def test_a_report_says_where_much_of_what_was_read_is_set_aside(detector: biasdetect.Detector) -> None:
    document = biasdetect.read(f"<p>The mayor left the hall before the vote on Tuesday.</p><p>It rained.</p>{ASIDE}")
    aside = [block for block in document.blocks if block.reason]
    assert len(aside) == 6
    (warning,) = detector.score(document).warnings
    assert "6 paragraphs" in warning
    assert "sidebar" in warning
    assert "--keep-boilerplate" in warning
    assert "keep_boilerplate=True" in warning
    assert not detector.score(document, keep_boilerplate=True).warnings


def test_no_warning_where_a_page_has_its_usual_furniture(detector: biasdetect.Detector) -> None:
    comments = (
        "<section id='comments'>"
        + "<p>I wrote so to the company twice, and nobody ever answered me.</p>" * 9
        + "</section>"
    )
    article = "<p>The mayor left the hall before the vote on Tuesday evening.</p>" * 3
    assert not detector.score(biasdetect.read(f"<p>It rained in Lirna all day.</p>{article}{comments}")).warnings
