"""reStructuredText: what is prose in it, whose words they are, and where each character stands."""

import importlib.util

import pytest
from conftest import needs
from hypothesis import given
from hypothesis import strategies as st
from markup import check_places, in_source, no_prose, pieces, said

from biasdetect.errors import InputError
from biasdetect.reading.files import read


@pytest.fixture(autouse=True)
def library():
    needs(bool(importlib.util.find_spec("docutils")), 'needs the formats extra: pip install ".[dev]"')


ARTICLE = r"""
Council *rejects* the bridge
============================

:date: 2024-05-03
:lang: en

The council of Lirna **rejected** the `new bridge <https://lirna.example>`_ on
Monday [#]_. It costs :math:`x^2`, un\ *believ*\ able, says |party| in ``minutes.txt``.

    A disgrace,
    she said.

    -- Ida Vell

.. Not this.

- First, the cost\*.
- Second

  - nested

Term : class
    Its definition.

======= =====
Harbour Votes
======= =====
Old     4
======= =====

+---------+---------+
| Left    | Left    |
| side    |         |
+---------+---------+

.. note:: This is a note
   that goes on.

.. image:: bridge.jpg
   :alt: A bridge

.. figure:: bridge.jpg

   The bridge at dawn.

.. |party| replace:: The Reform List

.. code-block:: python

   code = 1

.. newdirective:: words
   More words.

See :doc:`other` and other_::

   literal

.. contents::

.. [#] The minutes are public.
.. _other: https://lirna.example

| One line
| another
"""


def article():
    return read(ARTICLE, name="a.rst")


def test_an_article_is_read_block_by_block():
    document = article()
    assert pieces(document) == [
        ("headline", "Council rejects the bridge"),
        (
            "body",
            "The council of Lirna rejected the new bridge on Monday. It costs x^2, unbelievable, says |party| in minutes.txt.",
        ),
        ("body", "A disgrace, she said."),
        ("attribution", "Ida Vell"),
        ("body", "First, the cost*."),
        ("body", "Second"),
        ("body", "nested"),
        ("body", "Term"),
        ("body", "class"),
        ("body", "Its definition."),
        ("body", "Harbour"),
        ("body", "Votes"),
        ("body", "Old"),
        ("body", "4"),
        ("body", "Left side"),
        ("body", "Left"),
        ("body", "This is a note that goes on."),
        ("caption", "The bridge at dawn."),
        ("code block", "code = 1"),
        ("unknown directive", ".. newdirective:: words    More words."),
        ("body", "See :doc:`other` and other:"),
        ("code block", "literal"),
        ("body", "The minutes are public."),
        ("body", "One line"),
        ("body", "another"),
    ]
    assert (document.metadata.title, document.metadata.date, document.metadata.language) == (
        "Council rejects the bridge", "2024-05-03", "en",
    )  # fmt: skip
    assert said(document) == [("Ida Vell", "A disgrace, she said.")]
    assert no_prose(document)[:3] == ["x^2", "|party|", "minutes.txt"] and ":doc:`other`" in no_prose(document)


def test_offsets_point_through_the_markup():
    document = article()
    check_places(document)
    assert in_source(document, "unbelievable") == r"un\ *believ*\ able"
    assert in_source(document, "new bridge on Monday") == "new bridge <https://lirna.example>`_ on\nMonday"
    assert in_source(document, "cost*") == r"cost\*"
    assert in_source(document, "disgrace, she") == "disgrace,\n    she"
    lefts = [block.start for block in document.blocks if document.text.startswith("Left", block.start)]
    first, second = (document.span(start, start + 4)[0] for start in lefts)
    assert ARTICLE[first : first + 4] == ARTICLE[second : second + 4] == "Left" and first < second
    assert in_source(document, "Left side") == "Left    | Left    |\n| side"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("A\tb *c\td* e", "A b c d e"),
        ("\ufeffOne two\r\nthree.\r\n\r\nFour.", "One two three.\nFour."),
        ("Lone * star and `tick and |bar", "Lone * star and `tick and |bar"),
        (":red:`word` here\n\n.. role:: red\n", ":red:`word` here"),
        (".. role:: red\n\n:red:`word` here", "word here"),
        ("A :sub:`b` c_ d__ [1]_ `e`__ _`f`", "A b c d e f"),
        ("Title\n-----\n\nText\nmore", "Title\nText more"),
        ("Called ``a\\b`` and \\*not\\* \\`this\\`", "Called a\\b and *not* `this`"),
    ],
)
def test_markup_by_the_piece(source, text):
    document = read(source, "rst")
    assert document.text == text
    check_places(document)


def test_no_document_changes_how_another_is_read():
    plain = ":red:`word` here and `emphasised` too"
    before = read(plain, "rst")
    read(".. role:: red\n\n.. default-role:: math\n\n:red:`word` here", "rst")
    after = read(plain, "rst")
    assert (before.text, before.no_prose) == (after.text, after.no_prose)


def test_nothing_is_included(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("Secret words.")
    for directive in (f".. include:: {secret}", f".. csv-table::\n   :file: {secret}", f".. raw:: html\n   :file: {secret}",
                      f".. literalinclude:: {secret}", f".. figure:: {secret}\n   :figwidth: image"):  # fmt: skip
        document = read(f"The river rose.\n\n{directive}\n", "rst")
        assert "Secret" not in document.text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("\n\n".join(" " * 2 * depth + "- a" for depth in range(300)), "nested deeper"),
        ("word\n\n" * 60_000, "paragraphs"),
        (".. note:: word\n\n" * 6_000, "directives"),
        ("word " * 110_000, r"larger than 0\.5 MB"),
        (".. Not this.", "holds no text"),
        ("=====\n", "holds no text"),
    ],
)
def test_hostile_and_empty_documents_are_refused(source, message):
    with pytest.raises(InputError, match=message):
        read(source, name="a.rst")


@pytest.mark.parametrize("piece", ["*a ", "`a ", "|a ", "a_ ", "``a ", "\\", "http://a.example "])
def test_a_paragraph_full_of_marks_is_read_as_it_stands(piece):
    document = read("The river rose. " + piece * 20_000, "rst")
    assert document.text.startswith("The river rose.")


MARKUP = st.sampled_from(
    ["*", "**", "`", "``", "|", "_", "__", "[1]_", "[#]_", ":role:`", "word", "Zoë ", " ", "\t", "\n", "\n\n", "\r\n", "    ", "- ", "1. ", "\\", "::",
     ".. note:: ", ".. ", "===", "\n---\n", "+--+", "\n|  |\n", "| ", ": ", ":a: ", "http://a.b ", "<a>", "\0", "\ud800", "\x85", "\u2028", "\v", "\f", "-- ", ".. role:: red\n"]
)  # fmt: skip


@given(st.lists(MARKUP, max_size=40).map("".join))
def test_places_hold_however_broken_the_markup_is(source):
    try:
        document = read(source, "rst")
    except InputError:
        return
    check_places(document)
