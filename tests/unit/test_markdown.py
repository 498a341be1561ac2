import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from work import grows_with_length

from biasdetect.errors import InputError
from biasdetect.reading import markdown
from biasdetect.reading.markdown import read_markdown


def pieces(document):
    """Role or reason of each block with its text."""
    return [(block.reason or block.role, document.text[block.start : block.end]) for block in document.blocks]


def in_source(document, words):
    start = document.text.index(words)
    first, last = document.span(start, start + len(words))
    return document.source[first:last]


def check_places(document):
    """The text has a place for each character, in order and inside the source; blocks are in order and trimmed."""
    assert document.places is None or len(document.places) == len(document.text)
    end = 0
    for at in range(len(document.text)):
        first, last = document.span(at, at + 1)
        assert end <= last and first <= last <= len(document.source)
        assert first >= 0
        end = last
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end <= len(document.text)
        assert document.text[block.start : block.end] == document.text[block.start : block.end].strip()
        end = block.end


ARTICLE = """\
# Council *rejects* the bridge

The council of Lirna **rejected** the [new bridge](https://lirna.example "plans") on Monday.
Its mayor, Ida Vell, called the vote un*believ*able.[^1]

> A disgrace,
> she said.

- First, the `cost` of 4 &lt; 5 million.
- Second\\*, the noise
  - at night

| Place | Votes |
|-------|-------|
| Harbour | ~~4~~ 5 |

![A bridge at dawn](bridge.jpg)

```
code = 1
```

<div>
raw
</div>

[^1]: The minutes are public.
"""


def test_an_article_is_read_block_by_block():
    assert pieces(read_markdown(ARTICLE)) == [
        ("headline", "Council rejects the bridge"),
        ("body", "The council of Lirna rejected the new bridge on Monday. Its mayor, Ida Vell, called the vote unbelievable."),
        ("body", "A disgrace, she said."),
        ("body", "First, the cost of 4 < 5 million."),
        ("body", "Second*, the noise"),
        ("body", "at night"),
        ("body", "Place"),
        ("body", "Votes"),
        ("body", "Harbour"),
        ("body", "5"),
        ("code block", "code = 1"),
        ("raw HTML", "<div>\nraw\n</div>"),
        ("footnote", "The minutes are public."),
    ]  # fmt: skip


@pytest.mark.parametrize("change", [str, lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
def test_spans_point_into_the_markdown(change):
    document = read_markdown(change(ARTICLE))
    check_places(document)
    for block in document.blocks[:3]:
        words = document.text[block.start : block.end]
        assert in_source(document, words.split()[-1].rstrip(".")) in document.source
    assert in_source(document, "unbelievable") == "un*believ*able"
    assert in_source(document, "rejected") == "rejected"
    assert in_source(document, "4 < 5") == "4 &lt; 5"
    assert in_source(document, "cost") == "cost"
    assert in_source(document, "disgrace, she").replace("\r", "") == "disgrace,\n> she"
    assert document.blocks[0].role == "headline"


def test_offsets_count_characters():
    document = read_markdown("Zoë 😀 *said*\x00 in Århus: \ud800 &amp; **no**.")
    check_places(document)
    assert document.text == "Zoë 😀 said\x00 in Århus: \ud800 & no."
    assert in_source(document, "said") == "said"
    assert in_source(document, "no.") == "no**."
    assert in_source(document, "& no") == "&amp; **no"


def test_the_first_heading_is_the_headline_where_all_stands_under_it():
    assert pieces(read_markdown("## Vote\n\nText.\n\n### Next\n\nMore."))[0] == ("headline", "Vote")
    assert pieces(read_markdown("## Vote\n\nText.\n\n## Next\n\nMore."))[0] == ("body", "Vote")
    assert pieces(read_markdown("Text.\n\n# Vote\n"))[1] == ("headline", "Vote")
    assert pieces(read_markdown("A long\\\nheadline\n===\n\nText."))[0] == ("headline", "A long headline")


def test_a_hard_break_ends_a_block():
    assert pieces(read_markdown("Ida Vell, Lirna  \nThe river rose.<br>It fell."))[1:] == [
        ("body", "The river rose."), ("body", "It fell."),
    ]  # fmt: skip


def test_inline_tags_and_comments_vanish():
    assert read_markdown("The <b>harbour</b> is <!-- check --> closed.").text == "The harbour is  closed."


def test_boilerplate_among_the_blocks_is_recognised():
    assert pieces(read_markdown("Text of the day.\n\n**Read also:**\n"))[1] == (
        "pointer to other articles", "Read also:",
    )  # fmt: skip


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: 'The vote'\ndate: 2024-05-03T10:00:00Z\nlang: en-GB\n---\n",
        '\ufeff+++\r\ntitle = "The vote"\r\ndate = 2024-05-03\r\nlanguage = "en"\r\n+++\r\n',
    ],
)
def test_front_matter_gives_the_metadata(front):
    document = read_markdown(front + "Text *here*.")
    assert document.text == "Text here."
    assert in_source(document, "here") == "here"
    found = document.metadata
    assert (found.title, found.date, found.language) == ("The vote", "2024-05-03", "en")


@pytest.mark.parametrize(
    ("source", "prose"),
    [
        ("---\nThe river rose.\n---\n", "The river rose."),
        ("Text.\n\n---\ntitle: The vote\n---\nMore.", "title: The vote"),
        ("---\ntitle: The vote\n\nThe river rose.", "The river rose."),
    ],
)
def test_prose_between_rules_is_no_front_matter(source, prose):
    document = read_markdown(source)
    assert prose in document.text
    assert document.metadata.title == ""


@pytest.mark.parametrize(
    "source", ["", "\ufeff", " \n\n", "***\n", "![A bridge](b.jpg)", "---\ntitle: x\n---\n", "[a]: /b"]
)
def test_a_document_without_text_is_refused(source):
    with pytest.raises(InputError, match="holds no text"):
        read_markdown(source, "a.md")


def test_absurd_markup_is_read_as_plain_text(monkeypatch):
    monkeypatch.setattr(markdown, "MAX_EVENTS", 50)
    source = "*a* " * 100
    document = read_markdown(source)
    assert document.text == source and document.places is None


# a source of a length
HOSTILE = [
    lambda n: ">" * 4 * n + "a", lambda n: "> " * 2 * n + "a", lambda n: "- " * 2 * n + "a", lambda n: "[" * 6 * n + "a",
    lambda n: "![" * 2 * n + "a", lambda n: "*a" * 2 * n, lambda n: "*a_" * 2 * n, lambda n: "[a](" * n,
    lambda n: "<" * 4 * n + "a", lambda n: "a <!-- " * 2 * n, lambda n: "a <?" * 2 * n, lambda n: "&" * 10 * n + "a",
    lambda n: "".join("`" * count + "a " for count in range(1, n // 50)), lambda n: "[^a]: b\n" * n,
    lambda n: "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "|a\n" * n, lambda n: "---\na: b\n" + "c\n" * n,
    lambda n: "".join("  " * depth + "- a\n" for depth in range(n // 70)), lambda n: "a" + " " * 10 * n + "b",
    lambda n: "\\" * 10 * n + "a",
]  # fmt: skip


@pytest.mark.parametrize("made", HOSTILE)
def test_hostile_markdown_is_read(made):
    assert read_markdown(made(4000)).text


# one with runs of n backquotes is n² long
@pytest.mark.parametrize("made", [made for made in HOSTILE if len(made(8000)) < 5 * len(made(2000))])
def test_work_grows_with_the_length_of_hostile_markdown_and_not_with_its_square(made):
    assert grows_with_length(made, read_markdown, 80)


words = st.sampled_from(["river", "café", "“gone”", "😀", "don't", "4", "Århus", "a.b", "\u00a0"])


# pairs of Markdown and the text that it has
atoms = st.one_of(
    words.map(lambda word: (word, word)),
    st.sampled_from(["&amp;", "&lt;", "&nbsp;", "&#x1F600;", "&eacute;"]).map(lambda mark: (mark, html.unescape(mark))),
    st.sampled_from("*_`[]<>#\\&~|!").map(lambda char: ("\\" + char, char)),
    words.map(lambda word: (f"`{word}`", word)),
    st.sampled_from(["<b>", "</i>", "<!-- x -->", "![alt *text*](i.png)"]).map(lambda tag: (f"a{tag}b", "ab")),
)
inlines = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(
            lambda parts: (" ".join(part[0] for part in parts), " ".join(part[1] for part in parts))
        ),
        # within others in the middle of a word, emphasis is not what it looks like
        inner.filter(lambda pair: "*" not in pair[0].replace("\\*", "")).map(
            lambda pair: (f"x**y{pair[0]}y**x", f"xy{pair[1]}yx")
        ),
        inner.map(lambda pair: (f"x *y{pair[0]}y* x", f"x y{pair[1]}y x")),
        inner.filter(lambda pair: "](" not in pair[0]).map(lambda pair: (f"[y{pair[0]}](/u 't')", f"y{pair[1]}")),
    ),
    max_leaves=8,
)
paragraphs = st.lists(inlines, min_size=1, max_size=3).map(
    lambda lines: ("\n".join("w " + line[0] for line in lines), " ".join("w " + line[1] for line in lines))
)
blocks = st.recursive(
    st.one_of(
        paragraphs.map(lambda pair: (pair[0], [pair[1]])),
        inlines.map(lambda pair: ("## w " + pair[0] + " w ##", ["w " + pair[1] + " w"])),
    ),
    lambda inner: st.one_of(
        inner.map(lambda pair: (re.sub(r"(?m)^", "> ", pair[0]), pair[1])),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda items: (
                "\n\n".join("- " + item[0].replace("\n", "\n  ") for item in items),
                [text for item in items for text in item[1]],
            )
        ),
    ),
    max_leaves=4,
)


@given(st.lists(blocks, min_size=1, max_size=3), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
def test_generated_markdown_has_the_text_it_was_made_of(parts, newline, mark):
    source = mark + "\n\n***\n\n".join(part[0] for part in parts).replace("\n", newline)
    document = read_markdown(source)
    check_places(document)
    expected = [text.strip() for part in parts for text in part[1]]
    assert [document.text[block.start : block.end] for block in document.blocks] == expected
    for at, char in enumerate(document.text):
        first, last = document.span(at, at + 1)
        piece = source[first:last]
        assert piece == char or html.unescape(piece) == char or char in " \n"


@given(st.text(alphabet="ab *_`[]()<>!#|-+1.\\&;~^:\"'=\n\r\t\x00é😀\ud800\ufeff", max_size=80))
def test_any_text_has_places_in_its_source(source):
    try:
        document = read_markdown(source)
    except InputError:
        return
    check_places(document)
