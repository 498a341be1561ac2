import re
import zipfile
from io import BytesIO

import docx
import pytest
import word

from biasdetect.errors import InputError
from biasdetect.reading.docx import read_docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def make_docx(write):
    document = docx.Document()
    write(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


PLAIN = zipfile.ZipFile(BytesIO(make_docx(lambda document: document.add_paragraph("The river rose."))))


def with_parts(parts, packing=zipfile.ZIP_DEFLATED):
    """A plain DOCX with some of its files replaced or added."""
    contents = {name: PLAIN.read(name) for name in PLAIN.namelist()} | parts
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_body(body, head=""):
    document = f'<?xml version="1.0"?>{head}<w:document {W} {MC}><w:body>{body}</w:body></w:document>'
    return with_parts({"word/document.xml": document})


def archive_of(*names):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def pieces(data):
    document = read_docx(data, "a.docx")
    assert document.text == document.source and document.places is None
    return [(block.reason or block.role, document.text[block.start : block.end]) for block in document.blocks]


def write_article(document):
    document.sections[0].header.paragraphs[0].text = "The Lirna Courier"
    document.add_heading("Harbour", 2)
    document.add_heading("Council says no\nto bridge", 0)
    paragraph = document.add_paragraph("The council ")
    paragraph.add_run("rejected").bold = True
    paragraph.add_run(" the bridge.\nThe mayor, Zoë Vell, left\tearly.")
    document.add_paragraph("  ")
    document.add_paragraph("Read also:")
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text = "Votes"
    table.rows[0].cells[1].text = "Four of nine"
    document.add_heading("What is next", 1)
    document.core_properties.title = "The bridge vote"
    document.core_properties.language = "en-GB"


def test_an_article_is_read_in_order():
    data = make_docx(write_article)
    assert pieces(data) == [
        ("body", "Harbour"),
        ("headline", "Council says no to bridge"),
        ("body", "The council rejected the bridge."),
        ("body", "The mayor, Zoë Vell, left\tearly."),
        ("pointer to other articles", "Read also:"),
        ("body", "Votes"),
        ("body", "Four of nine"),
        ("body", "What is next"),
    ]
    metadata = read_docx(data, "a.docx").metadata
    assert (metadata.title, metadata.language, metadata.date) == ("The bridge vote", "en", "")


def test_the_first_heading_is_the_headline_where_there_is_no_title():
    data = make_docx(lambda document: [document.add_heading(text, 1) for text in ("Council says no", "The vote")])
    assert pieces(data) == [("headline", "Council says no"), ("body", "The vote")]


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_tracked_changes_are_read_as_accepted():
    body = (
        f"<w:p>{run('The council ')}<w:del><w:r><w:delText>accepted</w:delText></w:r></w:del><w:ins>{run('rejected')}</w:ins>"
        f"{run(' it.')}<w:moveFrom>{run(' Gone.')}</w:moveFrom></w:p>"
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('The river ')}</w:p><w:p>{run('rose.')}</w:p>"
        f"<w:p><w:moveTo>{run('It fell.')}</w:moveTo></w:p>"
    )
    assert pieces(with_body(body)) == [
        ("body", "The council rejected it."), ("body", "The river rose."), ("body", "It fell."),
    ]  # fmt: skip


def test_text_boxes_and_content_controls_are_read_once():
    box = f"<w:txbxContent><w:p>{run('In a box.')}</w:p></w:txbxContent>"
    body = (
        f"<w:p>{run('Around ')}<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        f"</mc:AlternateContent></w:r>{run('the box.')}</w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run('In a field.')}</w:p></w:sdtContent></w:sdt>"
    )
    assert pieces(with_body(body)) == [("body", "Around the box."), ("body", "In a box."), ("body", "In a field.")]


def test_captions_and_notes_have_roles_and_comments_are_set_aside():
    style = '<w:style w:type="paragraph" w:styleId="Beschriftung"><w:name w:val="caption"/></w:style>'
    note = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    data = word.word_file(
        word.paragraph(word.run("The mayor left."), note.format(3), word.run(" It rained."), note.format(2)),
        word.paragraph(word.run("The old ferry in May"), style="Beschriftung"),
        word.paragraph(f"<w:del>{note.format(4)}</w:del>", word.run("The river rose."), note.format(2)),
        notes=(
            '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>',
            *(word.note(number, word.run(f" Note {number} of the mayor.")) for number in (2, 3, 4)),
        ),
        comments=(word.comment(5, word.run("Is this true?")),),
        styles=style,
    )
    assert pieces(data) == [
        ("body", "The mayor left. It rained."),
        ("caption", "The old ferry in May"),
        ("body", "The river rose."),
        ("footnote", "Note 3 of the mayor."),
        ("footnote", "Note 2 of the mayor."),
        ("comment in the margin", "Is this true?"),
    ]


def test_roles_are_in_the_report(detector):
    data = word.word_file(
        word.paragraph(word.run("The mayor left."), '<w:r><w:footnoteReference w:id="2"/></w:r>'),
        notes=(word.note(2, word.run("The shameless mayor had been late.")),),
        comments=(word.comment(5, word.run("The buffoon!")),),
    )
    report = detector.score(read_docx(data, "a.docx"))
    found = [(sentence.role, [phrase.text for phrase in sentence.phrases]) for sentence in report.sentences]
    assert found == [("body", []), ("footnote", ["shameless"])]
    assert [(piece.text, piece.reason) for piece in report.skipped] == [("The buffoon!", "comment in the margin")]
    assert report.warnings == ()


def test_a_document_of_comments_alone_holds_no_text():
    data = word.word_file(word.paragraph(), comments=(word.comment(5, word.run("Is this true?")),))
    with pytest.raises(InputError, match="holds no text"):
        read_docx(data, "a.docx")


@pytest.mark.parametrize("setting", ["<w:strike/>", '<w:dstrike w:val="1"/>', "<w:vanish/>"])
def test_what_is_struck_out_or_hidden_is_no_text(setting):
    gone, kept = word.run("shameless ", setting), word.run("old ", '<w:strike w:val="0"/><w:b/>')
    assert pieces(word.word_file(word.paragraph(word.run("The "), gone, kept, word.run("mayor left.")))) == [
        ("body", "The old mayor left.")
    ]


def test_iso_strict_is_named():
    strict = {
        name: content.replace(b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/")
        for name, content in ((name, PLAIN.read(name)) for name in ("_rels/.rels", "word/_rels/document.xml.rels"))
    }  # fmt: skip
    with pytest.raises(InputError, match=r"a\.docx: is in ISO Strict Open XML.*Word Document"):
        read_docx(with_parts(strict), "a.docx")


def test_breaks_and_special_hyphens():
    body = f"<w:p>{run('It rose.')}<w:r><w:br/><w:t>No</w:t><w:noBreakHyphen/><w:t>one left.</w:t></w:r></w:p>"
    assert pieces(with_body(body)) == [("body", "It rose."), ("body", "No-one left.")]


def entity_bomb():
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return with_body(f"<w:p>{run('&l9;')}</w:p>", f'<!DOCTYPE l [<!ENTITY l0 "lol">{entities}]>')


def lying_bomb():
    """A file of zeros of which the directory says that it has 99 bytes."""
    size = 60_000_001
    honest = with_parts({"word/media/a.bin": b"\0" * size})
    return re.sub(re.escape(size.to_bytes(4, "little")), (99).to_bytes(4, "little"), honest)


def encrypted_entry():
    data = bytearray(with_parts({}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "damaged DOCX"),
        (b"The river rose.", "damaged DOCX"),
        (with_parts({})[:-200], "damaged DOCX"),
        (with_parts({})[:3000] + b"\xff" * 100 + with_parts({})[3100:], "damaged DOCX"),
        (with_parts({"word/document.xml": "<w:document"}), "damaged DOCX"),
        (with_parts({"_rels/.rels": "<Relationships/>"}), "damaged DOCX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"\.doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (encrypted_entry(), "password"),
        (archive_of("[Content_Types].xml", "xl/workbook.xml"), "Excel.*CSV"),
        (archive_of("[Content_Types].xml", "ppt/presentation.xml"), "PowerPoint"),
        (archive_of("mimetype", "content.xml"), "OpenDocument"),
        (archive_of("mimetype", "META-INF/container.xml"), "EPUB"),
        (archive_of("article.txt"), "ZIP archive"),
        (with_parts({}, zipfile.ZIP_LZMA), "unusual"),
        (with_parts({f"word/media/{number}": "" for number in range(3000)}), "unreasonable size"),
        (with_parts({"word/media/a.bin": b"\0" * 60_000_000}), "unreasonable size"),
        (lying_bomb(), "damaged DOCX"),
        (with_body("<w:p/>" * 600_000), "unreasonable size"),
        (entity_bomb(), "entities"),
        (with_parts({"word/document.xml": "<!DOCTYPE a><a/>".encode("utf-16")}), "entities"),
        (with_body("<w:p><w:r>" * 100_000), "damaged DOCX"),
        (with_body(""), "holds no text"),
        (with_body(f"<w:p><w:del>{run('Gone.')}</w:del></w:p><w:p>{run('***')}</w:p>"), "holds no text"),
    ],
)
def test_what_cannot_be_read_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        read_docx(data, "a.docx")


@pytest.mark.parametrize("kind", ["template.main", "document.macroEnabled.main"])
def test_templates_and_macros_are_named(kind):
    types = zipfile.ZipFile(BytesIO(with_parts({}))).read("[Content_Types].xml")
    with pytest.raises(InputError, match="template or has macros"):
        read_docx(with_parts({"[Content_Types].xml": types.replace(b"document.main", kind.encode())}), "a.docx")
