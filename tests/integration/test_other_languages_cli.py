"""The command line on texts in a language that the model does not read."""

from __future__ import annotations

import pytest

ENGLISH = "The shameless mayor rammed his budget through the council on Monday, and the opposition will vote again."
GERMAN = """Der schamlose Bürgermeister peitschte seinen lächerlichen Haushalt durch den rückgratlosen Rat.

Die Opposition sprach von einer Katastrophe. Der dickbäuchige Finanzchef grinste nur.
"""
JAPANESE = "市長は恥知らずだ。予算は議会で可決された。\n野党は反対した。\n"


@pytest.mark.parametrize("form", ["terminal", "concise", "github", "sarif", "json", "jsonl", "html", "markdown"])
def test_every_form_carries_the_warning(run_cli, tmp_path, form):
    (tmp_path / "ja.txt").write_text(JAPANESE, encoding="utf-8")
    result = run_cli("score", "--format", form, "ja.txt")
    assert result.returncode == 0
    printed = " ".join(result.stdout.decode().split())
    assert "looks like Japanese, not English" in printed
    assert "Nothing to change" not in printed
    assert "No phrase reaches" not in printed


def test_fix_refuses_and_does_the_others(run_cli, tmp_path):
    for name, text in {"de.txt": GERMAN, "en.txt": ENGLISH}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = run_cli("score", "--fix", "--in-place", "de.txt", "en.txt")
    assert result.returncode == 6
    assert b"de.txt: is not in the language that the model reads" in result.stderr
    assert (tmp_path / "de.txt").read_text(encoding="utf-8") == GERMAN
    assert (tmp_path / "en.txt").read_text(encoding="utf-8") != ENGLISH


def test_fix_says_first_what_could_not_be_read(run_cli, tmp_path):
    (tmp_path / "de.txt").write_text(GERMAN, encoding="utf-8")
    assert run_cli("score", "--fix", "de.txt", "missing.txt").returncode == 3
