"""OpenDocument texts, made here as word processors make them."""

import re
import zipfile
from io import BytesIO

import pytest

from biasdetect.errors import InputError
from biasdetect.reading.files import read
from biasdetect.reading.odt import read_odt

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"), ("draw", "drawing"), ("svg", "svg-compatible"), ("meta", "meta"),
    )
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
MIME = "application/vnd.oasis.opendocument.text"
STYLES = """
<style:style style:name="Title" style:family="paragraph"/>
<style:style style:name="Quotations" style:family="paragraph"/>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Quotations"/>
<style:style style:name="P2" style:display-name="Caption" style:family="paragraph"/>
<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="T2" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="T3" style:family="text"><style:text-properties style:text-line-through-style="none"/></style:style>
"""


def content(body, head="", inner="text"):
    return (
        f'<?xml version="1.0"?>{head}<office:document-content {NAMES}><office:automatic-styles>{STYLES}</office:automatic-styles>'
        f"<office:body><office:{inner}>{body}</office:{inner}></office:body></office:document-content>"
    )


def make_odt(body="<text:p>The river rose.</text:p>", parts=None, head="", packing=zipfile.ZIP_DEFLATED, mime=MIME):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        archive.writestr("mimetype", mime, zipfile.ZIP_STORED)
        for name, data in ({"content.xml": content(body, head)} | (parts or {})).items():
            archive.writestr(name, data)
    return out.getvalue()


def pieces(data):
    document = read(data, name="a.odt")
    assert document.extracted and document.text == document.source and document.places is None
    return [(block.reason or block.role, document.text[block.start : block.end]) for block in document.blocks]


ARTICLE = """
<text:h text:outline-level="1">Harbour</text:h>
<text:p text:style-name="Title">Council says no<text:line-break/>to the bridge</text:p>
<text:p>The council   <text:span text:style-name="T3">rej</text:span>ected<text:span text:style-name="T2"> gladly</text:span> the
 bridge<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>By four to <text:s text:c="3"/>five.</text:p></text:note-body></text:note>.<text:span text:style-name="T1"> Hidden.</text:span><office:annotation><text:p>Really?</text:p></office:annotation></text:p>
<text:tracked-changes><text:changed-region><text:deletion><text:p>Gone.</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:p text:style-name="P1">A disgrace, she said.</text:p>
<text:list><text:list-item><text:p>First, the cost.</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>Votes</text:p></table:table-cell></table:table-row></table:table>
<text:p>Around<draw:frame><draw:text-box><text:p text:style-name="P2">The bridge at dawn</text:p></draw:text-box><svg:desc>A picture</svg:desc></draw:frame> it.</text:p>
<text:table-of-content><text:index-body><text:p>What is next 3</text:p></text:index-body></text:table-of-content>
<?pi x?><text:p>It<!-- no -->rose<?pi y?>.</text:p>
"""


def test_an_article_is_read_in_order():
    assert pieces(make_odt(ARTICLE)) == [
        ("body", "Harbour"),
        ("headline", "Council says no to the bridge"),
        ("body", "The council rejected the bridge."),
        ("body", "By four to    five."),
        ("body", "A disgrace, she said."),
        ("body", "First, the cost."),
        ("body", "Votes"),
        ("body", "Around it."),
        ("caption", "The bridge at dawn"),
        ("navigation", "What is next 3"),
        ("body", "Itrose."),
    ]


def test_what_stands_in_a_style_of_quotations_is_quoted():
    document = read(make_odt(ARTICLE), name="a.odt")
    assert [document.text[said.start : said.end] for said in document.said] == ["A disgrace, she said."]


def test_the_first_heading_is_the_headline_where_there_is_no_title():
    body = "".join(
        f'<text:h text:outline-level="{level}">{text}</text:h>' for level, text in ((2, "Harbour"), (1, "The vote"))
    )
    assert pieces(make_odt(body)) == [("body", "Harbour"), ("headline", "The vote")]


def test_title_and_language_are_told():
    meta = f"<office:document-meta {NAMES}><office:meta><dc:title>The vote</dc:title><dc:language>en-GB</dc:language></office:meta></office:document-meta>"
    document = read(make_odt(parts={"meta.xml": meta}), name="a.odt")
    assert (document.metadata.title, document.metadata.language) == ("The vote", "en")


def test_an_odt_is_known_by_its_content():
    assert read(make_odt(), name="a.docx").text == "The river rose."
    assert read(make_odt(mime=f"{MIME}-template"), name="a").text == "The river rose."


def lying():
    honest = make_odt(parts={"content.xml": b" " * 60_000_001})
    return re.sub(re.escape((60_000_001).to_bytes(4, "little")), (99).to_bytes(4, "little"), honest)


ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "damaged ODT"),
        (make_odt()[:-100], "damaged ODT"),
        (make_odt(parts={"content.xml": "<office:document"}), "damaged ODT"),
        (make_odt(mime="application/vnd.oasis.opendocument.spreadsheet"), "something else"),
        (make_odt(parts={"content.xml": content("", inner="drawing")}), "no text document"),
        (make_odt(parts={"META-INF/manifest.xml": "<manifest:encryption-data/>"}), "password"),
        (make_odt(packing=zipfile.ZIP_LZMA), "unusual"),
        (make_odt(parts={f"Pictures/{number}": "" for number in range(10_001)}), "unreasonable size"),
        (make_odt(parts={"content.xml": b" " * 60_000_000}), "unreasonable size"),
        (lying(), "damaged ODT|unreasonable size"),
        (make_odt("<text:p/>" * 600_000), "unreasonable size"),
        (make_odt("<text:span>" * 9_000 + "</text:span>" * 9_000), "damaged ODT"),
        (make_odt("<text:p>&l9;</text:p>", head=f'<!DOCTYPE l [<!ENTITY l0 "lol">{ENTITIES}]>'), "entities"),
        (make_odt(parts={"content.xml": "<!DOCTYPE a><a/>".encode("utf-16")}), "entities"),
        (make_odt("<text:p><text:s text:c='999999999'/></text:p>"), "holds no text"),
        (make_odt("<text:p>***</text:p>"), "holds no text"),
    ],
)
def test_what_cannot_be_read_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        read_odt(data, "a.odt")
