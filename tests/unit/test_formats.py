"""The table of formats, and what is known of a file by its name and its beginning."""

import builtins
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from biasdetect.commands.main import cli
from biasdetect.errors import InputError, MissingExtraError
from biasdetect.reading.files import read
from biasdetect.reading.formats import FORMATS, LANGUAGES, REFUSED, SUFFIXES, Format, text_form_of
from biasdetect.reading.inputs import read_inputs

NEEDS = {"latex": "pylatexenc", "rst": "docutils", "rtf": "striprtf"}


def test_every_format_is_in_the_table_once():
    assert set(FORMATS) == set(get_args(Format))
    assert len(SUFFIXES) == sum(len(known.suffixes) for known in FORMATS.values())
    assert not set(SUFFIXES) & set(REFUSED)
    assert {form for form, known in FORMATS.items() if known.extra} == set(NEEDS)
    assert set(LANGUAGES.values()) == {"text", "markdown", "html", "latex", "rst"}
    assert [text_form_of(name) for name in ("a/B.TEX", "a.rst", "a.docx", "a.adoc", "a")] == ["latex", "rst"] + [
        None
    ] * 3


@pytest.mark.parametrize("suffix", REFUSED)
def test_what_is_known_and_not_read_is_refused_with_what_to_do(suffix):
    what, advice = REFUSED[suffix]
    with pytest.raises(InputError) as refused:
        read(b"= The dam held\n\nThe river rose.", name=f"drafts/a{suffix.upper()}")
    assert what in str(refused.value) and advice in str(refused.value)
    assert advice.endswith(".") and advice[0].isupper()
    assert read(b"The river rose.", "text", name=f"a{suffix}").text == "The river rose."


def test_the_beginning_of_a_file_says_more_than_its_name():
    assert read(b"<html><p>The river rose.</p>", name="a.doc").text == "The river rose."
    with pytest.raises(InputError, match=r"damaged RTF|holds no text|needs the"):
        read(b"{\\rtf1 }", name="a.doc")
    with pytest.raises(InputError, match="PDF"):
        read(b"%PDF-1.7", name="a.eml")
    with pytest.raises(InputError, match="bytes, not text"):
        read("The river rose.", "odt")


@pytest.mark.parametrize("form", NEEDS)
def test_a_missing_library_is_named_with_the_command_and_other_documents_are_read(form, monkeypatch, tmp_path):
    real = builtins.__import__

    def without(name, *arguments, **options):
        if name.partition(".")[0] == NEEDS[form]:
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    file = tmp_path / f"a{FORMATS[form].suffixes[0]}"
    file.write_bytes(b"{\\rtf1 The river rose.}" if form == "rtf" else b"The river rose.")
    (tmp_path / "b.txt").write_text("The dam held.")
    [missing] = read_inputs(str(file))
    assert isinstance(missing, InputError) and isinstance(missing, MissingExtraError)
    assert str(missing).startswith(f"{file}: reading {FORMATS[form].title} needs")
    assert 'pip install "biasdetect[formats]"' in str(missing)
    [other] = read_inputs(str(tmp_path / "b.txt"))
    assert other.text == "The dam held."


def test_help_names_every_format():
    said = " ".join(CliRunner().invoke(cli, ["score", "--help"]).output.split())
    for known in FORMATS.values():
        assert known.title in said
    said = " ".join(CliRunner().invoke(cli, ["corpus", "--help"]).output.split())
    assert "text|markdown|html|latex|rst" in said


def test_the_documentation_lists_what_is_read_and_what_is_refused(root: Path):
    page = (root / "docs" / "edit" / "documents.md").read_text(encoding="utf-8")
    for known in FORMATS.values():
        assert all(f"`{suffix}`" in page for suffix in known.suffixes) and known.title.lower() in page.lower()
    assert all(f"`{suffix}`" in page for suffix in REFUSED)
