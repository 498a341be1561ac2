"""Word documents for tests: written by hand where python-docx has no words for what is in them."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx

import biasdetect
from biasdetect import Phrase, Report, Sentence, Settings

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def run(text, settings=""):
    return f'<w:r>{settings and f"<w:rPr>{settings}</w:rPr>"}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*content, style=""):
    return f"<w:p>{style and f'<w:pPr><w:pStyle w:val={style!r}/></w:pPr>'}{''.join(content)}</w:p>"


def note(number, *content):
    return f'<w:footnote w:id="{number}">{paragraph(*content)}</w:footnote>'


def comment(number, *content):
    return f'<w:comment w:id="{number}" w:author="Ida Vell" w:initials="IV">{paragraph(*content)}</w:comment>'


def field(instruction, *content):
    def mark(kind):
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    said = f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
    return f"{mark('begin')}{said}{mark('separate')}{''.join(content)}{mark('end')}"


def text_box(*content):
    """A box as Word 2010 writes it, with the text once more for older ones."""
    inner = f"<w:txbxContent>{''.join(content)}</w:txbxContent>"
    shape = (
        '<wp:inline><wp:extent cx="2000000" cy="500000"/><wp:docPr id="7" name="Box"/><a:graphic><a:graphicData '
        'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>'
        '<a:xfrm><a:off x="0" y="0"/><a:ext cx="2000000" cy="500000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        f"</a:prstGeom></wps:spPr><wps:txbx>{inner}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline>"
    )
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{shape}</w:drawing></mc:Choice>'
        "<mc:Fallback><w:t/></mc:Fallback></mc:AlternateContent></w:r>"
    )


def word_file(*body, notes=(), comments=(), styles=""):
    """A DOCX of paragraphs in XML, with footnotes and comments where there are any; ``xlink`` is the id of an address."""
    plain = docx.Document()
    out = BytesIO()
    plain.save(out)
    old = zipfile.ZipFile(BytesIO(out.getvalue()))
    parts = {name: old.read(name) for name in old.namelist()}
    ends = [b"</Types>", b"</Relationships>"]
    link = f'<Relationship Id="xlink" Type="{_OFFICE}/hyperlink" Target="https://example.org/" TargetMode="External"/>'
    places = ["[Content_Types].xml", "word/_rels/document.xml.rels"]
    for name, content in (("footnotes", notes), ("comments", comments)):
        if content:
            parts[f"word/{name}.xml"] = f"<w:{name} {_NAMESPACES}>{''.join(content)}</w:{name}>".encode()
            added = [
                f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{name}+xml"/>',
                f'<Relationship Id="x{name}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>',
            ]
            for place, end, more in zip(places, ends, added, strict=True):
                parts[place] = parts[place].replace(end, more.encode() + end)
    parts[places[1]] = parts[places[1]].replace(ends[1], link.encode() + ends[1])
    section = b'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    parts["word/document.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document {_NAMESPACES}><w:body>'.encode()
        + "".join(body).encode()
        + section
        + b"</w:body></w:document>"
    )
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(b"</w:styles>", styles.encode() + b"</w:styles>")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def report_of(data, *flagged, name="draft.docx", **more):
    """A report that flags words of a document, without a model; each in the sentence that is its line."""
    document = biasdetect.read(data, "docx", name)
    sentences = []
    for block in (block for block in document.blocks if not block.reason):
        text = document.text[block.start : block.end]
        phrases = [
            Phrase(
                words,
                block.start + at,
                block.start + at + len(words),
                0.75,
                "epithet",
                why="a descriptor",
                position=at,
                **more,
            )
            for words in flagged
            if (at := text.find(words)) >= 0
        ]
        phrases.sort(key=lambda phrase: phrase.start)
        sentences.append(Sentence(text, block.start, block.end, 0.5, phrases=tuple(phrases), role=block.role))
    report = Report(name, "none@0", 0.5, 0.5, None, tuple(sentences), (), Settings(0.3))
    return report, document.source
