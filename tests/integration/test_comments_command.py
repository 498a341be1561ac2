"""``biasdetect score --comments`` as a user meets it, and what LibreOffice makes of what it writes."""

import json
import shutil
import subprocess
import zipfile

import docx
import pytest
from conftest import needs
from lxml import etree
from word import comment, field, note, paragraph, run, text_box, word_file

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@pytest.fixture
def draft(root, tmp_path):
    """The example article as a Word document."""
    document = docx.Document()
    headline, *lines = (root / "examples" / "article.txt").read_text(encoding="utf-8").split("\n")
    document.add_heading(headline, 0)
    for line in filter(None, lines):
        document.add_paragraph(line)
    document.save(str(tmp_path / "draft.docx"))
    return tmp_path / "draft.docx"


def own_phrases(run_cli, draft):
    report = json.loads(run_cli("score", "--format", "json", draft).stdout)
    found = [phrase for sentence in report["sentences"] for phrase in sentence["phrases"]]
    return [phrase for phrase in found if phrase["voice"] in ("outlet", "scare-quote")]


def test_a_copy_with_comments_is_written_and_the_draft_stays(run_cli, draft, tmp_path):
    before = draft.read_bytes()
    done = run_cli("score", "--comments", "out.docx", "draft.docx")
    assert done.returncode == 0, done.stderr
    assert draft.read_bytes() == before
    phrases = own_phrases(run_cli, draft)
    assert f"Wrote out.docx with {len(phrases)} comments." in done.stderr.decode()
    assert b"Scores (0 to 1)" in done.stdout
    said = [one.text for one in docx.Document(str(tmp_path / "out.docx")).comments]
    assert phrases
    for phrase, text in zip(phrases, said, strict=True):
        assert text.startswith(f"{phrase['category']} {phrase['score']:.2f}")
        assert phrase["why"] in text
        if phrase["suggestions"]:
            words = phrase["suggestions"][0]["words"]
            assert f"Instead: {f'“{words}”' if words else 'leave it out'}" in text
        elif phrase["advice"]:
            assert f"Advice: {phrase['advice']}" in text
    assert {path.name for path in tmp_path.iterdir()} == {"draft.docx", "out.docx"}


def test_what_is_there_is_written_over_only_where_asked(run_cli, draft, tmp_path):
    (tmp_path / "out.docx").write_text("mine", encoding="utf-8")
    refused = run_cli("score", "--comments", "out.docx", "draft.docx")
    assert refused.returncode == 2
    assert b"--overwrite" in refused.stderr
    assert (tmp_path / "out.docx").read_text(encoding="utf-8") == "mine"
    assert run_cli("score", "--comments", "out.docx", "--overwrite", "draft.docx").returncode == 0
    assert zipfile.is_zipfile(tmp_path / "out.docx")


def test_the_draft_itself_is_never_written_over(run_cli, draft, tmp_path):
    before = draft.read_bytes()
    (tmp_path / "link.docx").symlink_to(draft)
    for place in ("draft.docx", "./draft.docx", "link.docx"):
        done = run_cli("score", "--comments", place, "--overwrite", "draft.docx")
        assert (done.returncode, b"itself" in done.stderr) == (2, True)
    assert draft.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--comments", "out.docx", "draft.docx", "draft.docx"), b"copy of one"),
        (("--comments", "out.docx", "."), b"copy of one"),
        (("--comments", "out.docx", "-"), b"Save the Word document"),
        (("--comments", "out.docx", "https://example.org/draft.docx"), b"Save the Word document"),
        (("--comments", "out.docx", "draft.txt"), b"no Word document"),
        (("--comments", "out.txt", "draft.docx"), b"ends in .docx"),
        (("--comments", "none/out.docx", "draft.docx"), b"no folder"),
        (("--comments", "out.docx", "--fix", "draft.docx"), b"choose one"),
        (("--overwrite", "draft.docx"), b"goes with --comments"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(run_cli, draft, tmp_path, arguments, message):
    (tmp_path / "draft.txt").write_text("The shameless mayor left.", encoding="utf-8")
    done = run_cli("score", *arguments, stdin=b"The shameless mayor left.")
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "out.docx").exists()


def test_no_copy_where_there_is_nothing_to_say(run_cli, tmp_path):
    document = docx.Document()
    document.add_paragraph("The council met on Monday.")
    document.save(str(tmp_path / "plain.docx"))
    done = run_cli("score", "--comments", "out.docx", "plain.docx")
    assert done.returncode == 0
    assert b"nothing to comment on" in done.stderr
    german = docx.Document()
    german.add_paragraph("Der schamlose Bürgermeister verließ am Montag die Sitzung, ohne ein Wort zu sagen.")
    german.add_paragraph("Der Stadtrat hatte zuvor über die Brücke abgestimmt, die seit Jahren umstritten ist.")
    german.save(str(tmp_path / "german.docx"))
    assert run_cli("score", "--comments", "out.docx", "german.docx").returncode == 6
    (tmp_path / "broken.docx").write_bytes((tmp_path / "plain.docx").read_bytes()[:-200])
    assert run_cli("score", "--comments", "out.docx", "broken.docx").returncode == 3
    assert not (tmp_path / "out.docx").exists()


def test_the_command_is_named_where_it_can_be_used(run_cli, draft):
    shown = " ".join(run_cli("score", "draft.docx").stdout.decode().split())
    assert "biasdetect score --comments draft.comments.docx draft.docx" in shown
    assert b"--comments" not in run_cli("score", "-", stdin=draft.read_bytes()).stdout


def convert(path, form):
    """A document as LibreOffice opens it and writes it again."""
    office = shutil.which("soffice")
    needs(office is not None, "LibreOffice is not installed")
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    done = subprocess.run(
        [office, profile, "--headless", "--convert-to", form, "--outdir", str(path.parent), str(path)],
        capture_output=True,
        timeout=300,
        check=False,
    )
    made = path.with_suffix(f".{form}")
    assert made.exists(), done.stderr
    return made


def annotations(path):
    """What each annotation of an OpenDocument text is put around, who wrote it and what it says."""
    root = etree.fromstring(zipfile.ZipFile(path).read("content.xml"))
    found = []
    for annotation in root.iter(f"{OFFICE}annotation"):
        said = ["".join(part.itertext()) for part in annotation if part.tag == f"{TEXT}p"]
        author = annotation.findtext("{http://purl.org/dc/elements/1.1/}creator")
        found.append((_between(root, annotation), author, said))
    return found


def _between(root, annotation):
    text, inside, unread = [], False, set()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start" and element.tag == f"{OFFICE}annotation":
            inside = inside or element is annotation
            unread.update(element.iter())
        elif element.tag == f"{OFFICE}annotation-end" and element.get(f"{OFFICE}name") == annotation.get(
            f"{OFFICE}name"
        ):
            return "".join(text)
        if inside and event == "start" and element not in unread:
            text.append(element.text or "")
        if inside and event == "end" and (element not in unread or element.tag == f"{OFFICE}annotation"):
            text.append(element.tail or "")
    raise AssertionError("an annotation has no end")


def test_libreoffice_shows_each_comment_at_its_words(run_cli, draft, tmp_path):
    assert run_cli("score", "--comments", "out.docx", "draft.docx").returncode == 0
    shown = annotations(convert(tmp_path / "out.docx", "odt"))
    assert [words for words, _, _ in shown] == [phrase["text"] for phrase in own_phrases(run_cli, draft)]
    assert {author for _, author, _ in shown} == {"biasdetect"}


def test_libreoffice_keeps_what_else_is_in_the_document(run_cli, tmp_path):
    link = f'<w:hyperlink r:id="xlink">{run("the mayor and his mustachioed deputy")}</w:hyperlink>'
    data = word_file(
        paragraph(run("The shameless mayor left the hall with "), link, run(".")),
        paragraph(
            run("They "), f'<w:ins w:id="91" w:author="Ida Vell">{run("shamelessly gutted")}</w:ins>',
            '<w:del w:id="92" w:author="Ida Vell"><w:r><w:delText>cut</w:delText></w:r></w:del>', run(" the budget."),
        ),
        paragraph(run("In "), field("REF x", run("a ludicrous letter")), run(", the chair of the council left.")),
        paragraph(
            '<w:commentRangeStart w:id="5"/>', run("The potbellied deputy spoke"), '<w:commentRangeEnd w:id="5"/>',
            '<w:r><w:commentReference w:id="5"/></w:r>', run(" for an hour."),
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
        ),
        paragraph(text_box(paragraph(run("The shameless minister said nothing."))), run("He left.")),
        notes=(note(2, run("The disgraceful minister had asked him to.")),),
        comments=(comment(5, run("Is this true?")),),
    )  # fmt: skip
    (tmp_path / "draft.docx").write_bytes(data)
    assert run_cli("score", "--comments", "out.docx", "draft.docx").returncode == 0
    before, after = convert(tmp_path / "draft.docx", "odt"), convert(tmp_path / "out.docx", "odt")
    ours = [said for _, author, said in annotations(after) if author == "biasdetect"]
    assert len(ours) >= 6
    assert any(said[0].startswith("“disgraceful”: ") for said in ours)  # at the mark of its footnote
    assert [one for one in annotations(after) if one[1] != "biasdetect"] == annotations(before)
    assert shown_text(after) == shown_text(before)


def shown_text(path):
    """The text of an OpenDocument file without annotations, with links, tracked changes and notes where they are."""
    root = etree.fromstring(zipfile.ZipFile(path).read("content.xml"))
    for annotation in list(root.iter(f"{OFFICE}annotation", f"{OFFICE}annotation-end")):
        before, parent = annotation.getprevious(), annotation.getparent()
        if before is not None:
            before.tail = (before.tail or "") + (annotation.tail or "")
        else:
            parent.text = (parent.text or "") + (annotation.tail or "")
        parent.remove(annotation)
    kept = {f"{TEXT}a", f"{TEXT}note", f"{TEXT}bookmark-ref", f"{TEXT}insertion", f"{TEXT}deletion"}
    [body] = root.iter(f"{OFFICE}text")
    counted = sorted({element.tag for element in body.iter() if element.tag in kept})
    paragraphs = ["".join(paragraph_.itertext()) for paragraph_ in body.iter(f"{TEXT}p")]
    return counted, paragraphs
