import zipfile
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from word import comment, field, note, paragraph, report_of, run, text_box, word_file
from work import grows_with_length

import biasdetect
from biasdetect.errors import InputError
from biasdetect.report.word import add_comments, comment_lines
from biasdetect.results import Phrase, Suggestion, Voice


def part(data, name="word/document.xml"):
    return zipfile.ZipFile(BytesIO(data)).read(name)


def commented(data, *flagged, **more):
    report, source = report_of(data, *flagged, **more)
    out, number = add_comments(data, report, source)
    assert number == len(report.phrases)
    return out


def marked(data):
    """What each comment of ours is put around, and what it says, in the order of their numbers."""
    word = docx.Document(BytesIO(data))
    found = []
    for one in word.comments:
        if one.author != "biasdetect":
            continue
        number, inside, text = str(one.comment_id), False, []
        for element in word.element.body.iter():
            if element.get(qn("w:id")) == number:
                inside = (element.tag == qn("w:commentRangeStart")) or (
                    inside and element.tag != qn("w:commentRangeEnd")
                )
            elif inside and element.tag == qn("w:t"):
                text.append(element.text or "")
        [reference] = [
            element for element in word.element.body.iter(qn("w:commentReference")) if element.get(qn("w:id")) == number
        ]
        assert reference.getparent().getparent().tag == qn("w:p")  # outside of links, fields and tracked changes
        found.append(("".join(text), one.text))
    return found


def without_comments(data):
    """The body as XML, with our marks out and runs together again that are set alike."""
    word = docx.Document(BytesIO(data))
    ours = {str(one.comment_id) for one in word.comments if one.author == "biasdetect"}
    body = word.element.body
    for element in list(body.iter(qn("w:commentRangeStart"), qn("w:commentRangeEnd"), qn("w:commentReference"))):
        if element.get(qn("w:id")) in ours:
            gone = element.getparent() if element.tag == qn("w:commentReference") else element
            gone.getparent().remove(gone)
    for text in body.iter(qn("w:t")):
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for run_ in list(body.iter(qn("w:r"))):
        before = run_.getprevious()
        if before is None or before.tag != qn("w:r") or settings(before) != settings(run_):
            continue
        for child in list(run_):
            last = before[-1]
            if child.tag == qn("w:rPr"):
                continue
            if child.tag == last.tag == qn("w:t"):
                last.text = (last.text or "") + (child.text or "")
            else:
                before.append(child)
        run_.getparent().remove(run_)
    return body.xml


def settings(run_):
    found = run_.find(qn("w:rPr"))
    return (sorted(run_.attrib.items()), "" if found is None else found.xml)


LINK = f'<w:hyperlink r:id="xlink">{run("a ludicrous link", "<w:b/>")}</w:hyperlink>'
HARD = word_file(
    paragraph('<w:r w:rsidR="00AB12CD"><w:rPr><w:b/></w:rPr><w:t>Cabal rams a plan</w:t></w:r>', style="Title"),
    paragraph(run("The "), run("sham", "<w:b/>"), run("eless mayor", "<w:i/>"), run(" left the potbellied deputy alone.")),
    paragraph(run("It was "), LINK, run(" and no more.")),
    paragraph(
        run("They "), f'<w:ins w:id="91" w:author="I">{run("grotesquely gutted")}</w:ins>',
        '<w:del w:id="92" w:author="I"><w:r><w:delText>cut</w:delText></w:r></w:del>', run(" it."),
    ),
    paragraph(run("See "), field("REF x", run("the pathetic chapter")), run(" for more.")),
    paragraph(f'<w:fldSimple w:instr="AUTHOR">{run("A hapless author")}</w:fldSimple>', run(" wrote it.")),
    paragraph(f"<w:sdt><w:sdtPr/><w:sdtContent>{run('A sordid control')}</w:sdtContent></w:sdt>", run(" stood there.")),
    paragraph(
        '<w:commentRangeStart w:id="5"/>', run("A buffoon spoke"), '<w:commentRangeEnd w:id="5"/>',
        '<w:r><w:commentReference w:id="5"/></w:r>', run(" for an hour."),
        '<w:r><w:footnoteReference w:id="2"/></w:r>', run(" Then he left."),
    ),
    paragraph(run("Beside it "), text_box(paragraph(run("A box of gibberish here"))), run("stood a box.")),
    f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr/>{paragraph(run('A henchman'), '<w:r><w:tab/><w:t>voted for the</w:t><w:br/><w:t>vile bill.</w:t></w:r>')}</w:tc></w:tr></w:tbl>",
    notes=(note(2, run("The cranky old man had said so.")),),
    comments=(comment(5, run("Is this true?")),),
)  # fmt: skip
FLAGGED = (
    "Cabal", "shameless", "potbellied", "ludicrous", "grotesquely", "gutted", "pathetic", "hapless", "sordid", "buffoon",
    "gibberish", "henchman", "vile", "cranky old",
)  # fmt: skip


def test_each_finding_is_a_comment_at_its_place():
    exact = {"Cabal", "shameless", "potbellied", "ludicrous", "grotesquely", "gutted", "buffoon", "henchman", "vile"}
    whole = {  # what Word keeps as one is marked as a whole, and the comment names the words
        "pathetic": "the pathetic chapter", "hapless": "A hapless author", "sordid": "A sordid control",
        "gibberish": "A box of gibberish here", "cranky old": "",
    }  # fmt: skip
    said = "epithet 0.75: a descriptor"
    expected = [(word, said) if word in exact else (whole[word], f"“{word}”: {said}") for word in FLAGGED]
    assert sorted(marked(commented(HARD, *FLAGGED))) == sorted(expected)


def test_nothing_else_is_changed():
    out = commented(HARD, *FLAGGED)
    assert without_comments(out) == without_comments(HARD)
    old, new = zipfile.ZipFile(BytesIO(HARD)), zipfile.ZipFile(BytesIO(out))
    assert new.namelist() == old.namelist()
    changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert changed == {"word/document.xml", "word/comments.xml"}
    assert b"Is this true?" in part(out, "word/comments.xml")


def test_the_formatting_of_runs_that_are_parted_stays():
    out = commented(word_file(paragraph(run("A truly shameless plan.", '<w:b/><w:sz w:val="28"/>'))), "shameless")
    runs = docx.Document(BytesIO(out)).paragraphs[0].runs
    shown = [(run_.text, run_.bold, run_.font.size.pt) for run_ in runs if run_.text]
    assert shown == [("A truly ", True, 14), ("shameless", True, 14), (" plan.", True, 14)]


def test_a_document_without_comments_gets_a_part_for_them():
    data = word_file(paragraph(run("The shameless mayor left.")))
    out = commented(data, "shameless")
    old, new = zipfile.ZipFile(BytesIO(data)), zipfile.ZipFile(BytesIO(out))
    assert set(new.namelist()) - set(old.namelist()) == {"word/comments.xml"}
    assert part(out, "[Content_Types].xml").count(b"/word/comments.xml") == 1
    assert len(parse_xml(part(out, "word/_rels/document.xml.rels"))) == len(parse_xml(part(data, "word/_rels/document.xml.rels"))) + 1  # fmt: skip


def test_a_commented_document_is_the_same_text():
    out = commented(HARD, *FLAGGED)
    old, new = biasdetect.read(HARD, "docx"), biasdetect.read(out, "docx")
    assert prose(new) == prose(old)
    again = commented(out, *FLAGGED)
    assert len(marked(again)) == 2 * len(FLAGGED)


def prose(document):
    return [document.text[block.start : block.end] for block in document.blocks if not block.reason]


def test_what_a_comment_says():
    phrase = Phrase("vile", 0, 4, 0.5, "opinion", why="a stance", advice="Name the act.")
    assert comment_lines(phrase) == ["opinion 0.50: a stance", "Advice: Name the act."]
    better = Suggestion("bad", 0, 4, "bad", "word", 0.9, 0.1)
    assert comment_lines(replace(phrase, suggestions=(better,), advice="")) == [
        "opinion 0.50: a stance",
        "Instead: “bad”, check the meaning",
    ]
    wider = replace(better, relation="wider")
    assert (
        comment_lines(replace(phrase, suggestions=(wider,), advice=""))[1]
        == "Instead: “bad”, a wider term: check the meaning"
    )
    scare = replace(phrase, voice=Voice.SCARE_QUOTE, category="", why="", advice="")
    assert comment_lines(scare) == ["loaded wording 0.50, your own doubt, in quotation marks"]


def test_only_the_outlets_words_are_commented_on():
    data = word_file(paragraph(run("“A shameless plan,” she said.")))
    report, source = report_of(data, "shameless", voice=Voice.QUOTE)
    assert add_comments(data, report, source) == (data, 0)
    counted = replace(report, settings=replace(report.settings, quotes="count"))
    assert add_comments(data, counted, source)[1] == 1


def test_another_text_than_the_one_scored_is_refused():
    report, source = report_of(word_file(paragraph(run("The shameless mayor left."))), "shameless")
    with pytest.raises(InputError, match=r"draft\.docx.*changed"):
        add_comments(word_file(paragraph(run("A shameless mayor left."))), report, source)


def test_words_over_a_deleted_paragraph_end_and_a_broken_headline():
    deleted = "<w:pPr><w:rPr><w:del w:id='3' w:author='I'/></w:rPr></w:pPr>"
    data = word_file(
        paragraph("<w:r><w:t>A  cynical,</w:t><w:br/><w:t>lazy plan</w:t></w:r>", style="Title"),
        f"<w:p>{deleted}{run('The potbel')}</w:p>",
        paragraph(run("lied deputy left.")),
    )
    assert [text for text, _ in marked(commented(data, "cynical, lazy", "potbellied"))] == [
        "cynical,lazy",
        "potbellied",
    ]


def test_the_work_grows_with_the_document():
    def made(times):
        content = [field("REF x", run("a vile thing ")) + run("and more ") for _ in range(times)]
        data = word_file(*(paragraph(*content) for _ in range(3)))
        return data, *report_of(data, "vile")

    assert grows_with_length(made, lambda arguments: add_comments(*arguments), 50)
