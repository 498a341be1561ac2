"""EPUB, made here: chapters in the order of the spine."""

import zipfile
from io import BytesIO

import pytest

from biasdetect.errors import InputError
from biasdetect.reading.epub import read_epub
from biasdetect.reading.files import read

CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
ENCRYPTED = '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'


def package(spine=("one", "two", "nav", "one", "gone"), extra=""):
    items = (
        '<item id="two" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="one" href="text/one.xhtml#top" media-type="application/xhtml+xml"/>'
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="picture" href="a.svg" media-type="image/svg+xml"/>'
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in spine)
    return (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The bridge\n vote</dc:title>'
        f"<dc:language>en-GB</dc:language><dc:date>2024-05-03T10:00:00Z</dc:date><dc:publisher>Lirna Press</dc:publisher>{extra}</metadata>"
        f"<manifest>{items}</manifest><spine>{order}</spine></package>"
    )


ONE = (
    '<?xml version="1.0"?><!DOCTYPE html><html><head><title>x</title></head><body><nav>Menu</nav><h1>Council says <em>no</em></h1>'
    "<p>The council <code>voted</code> &amp; left.</p><blockquote><p>A disgrace, she said.</p></blockquote>"
    "<aside><p>It was not the first vote.</p></aside><figure><figcaption>The bridge</figcaption></figure></body></html>"
)
TWO = "<html><body><h1>What is next</h1><p>Zoë will know.</p><script>x</script></body></html>"


def make_epub(parts=None, packing=zipfile.ZIP_DEFLATED):
    contents = {
        "META-INF/container.xml": CONTAINER,
        "OEBPS/content.opf": package(),
        "OEBPS/nav.xhtml": "<p>Contents of it</p>",
        "OEBPS/text/one.xhtml": ONE,
        "OEBPS/text/two b.xhtml": TWO.encode("utf-16"),
    } | (parts or {})
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, data in contents.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_chapters_are_read_in_their_order():
    document = read(make_epub(), name="a.epub")
    assert [(block.reason or block.role, document.text[block.start : block.end]) for block in document.blocks] == [
        ("navigation", "Menu"),
        ("headline", "Council says no"),
        ("body", "The council voted & left."),
        ("body", "A disgrace, she said."),
        ("body", "It was not the first vote."),
        ("caption", "The bridge"),
        ("body", "What is next"),
        ("body", "Zoë will know."),
    ]
    assert document.extracted and document.source == document.text
    assert [document.text[one.start : one.end] for one in document.said] == ["A disgrace, she said."]
    assert "voted" in [document.text[start:end] for start, end in document.no_prose]
    said = document.metadata
    assert (said.title, said.date, said.outlet, said.language) == ("The bridge vote", "2024-05-03", "Lirna Press", "en")


def test_an_epub_is_known_by_its_content_and_fonts_may_be_obfuscated():
    fonts = make_epub({"META-INF/encryption.xml": ENCRYPTED.format("http://www.idpf.org/2008/embedding")})
    assert "The council" in read(fonts, name="a.docx").text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "damaged EPUB"),
        (make_epub()[:-100], "damaged EPUB"),
        (make_epub({"META-INF/container.xml": "<container/>"}), "names no package"),
        (make_epub({"OEBPS/content.opf": package(spine=())}), "holds no text"),
        (make_epub({"META-INF/container.xml": CONTAINER.replace("content", "gone")}), "is missing"),
        (
            make_epub({"META-INF/encryption.xml": ENCRYPTED.format("http://www.w3.org/2001/04/xmlenc#aes256-cbc")}),
            "password",
        ),
        (make_epub(packing=zipfile.ZIP_BZIP2), "unusual"),
        (make_epub({"OEBPS/text/one.xhtml": b" " * 60_000_000}), "unreasonable size"),
        (make_epub({f"OEBPS/{number}.jpg": "" for number in range(10_001)}), "unreasonable size"),
        (make_epub({"OEBPS/text/one.xhtml": "<p>word</p>" * 60_000}), "paragraphs"),
        (make_epub({"OEBPS/content.opf": '<!DOCTYPE a [<!ENTITY b "c">]>' + package(extra="&b;")}), "entities"),
    ],
)
def test_what_cannot_be_read_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        read_epub(data, "a.epub")


def test_pictures_are_not_unpacked():
    document = read(make_epub({"OEBPS/a.jpg": b"\0" * 60_000_000}), name="a.epub")
    assert "The council" in document.text
