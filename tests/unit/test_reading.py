import pytest
from hypothesis import given
from hypothesis import strategies as st

from biasdetect.errors import InputError
from biasdetect.reading.boilerplate import boilerplate_reason
from biasdetect.reading.text import read_text
from biasdetect.reading.files import MAX_BYTES, read_bytes, read_file


@pytest.mark.parametrize(
    "line",
    [
        "Read also:", "Related topics:", "More news", "Read the main stories of the morning:", "See also: the dam in pictures",
        "Sign up for our newsletter", "Follow us on Telegram", "Share", "Facebook | X | WhatsApp", "Photo: Harbour Agency",
        "© 2024 The Lirna Courier", "All rights reserved.", "Advertisement", "We use cookies to improve this site.",
        "By Hanna Kowalczyk", "12 March 2023", "Published: 3 May 2021, 10:20", "5 minutes read", "Continue reading",
    ],
)  # fmt: skip
def test_page_furniture_is_recognised(line):
    assert boilerplate_reason(line)


@pytest.mark.parametrize(
    "line",
    [
        "Recall, according to the agency, the reactor was shut down in May.", "Reuters writes about this.",
        "By Monday the river had risen by two metres.", "More than 40 people were hurt.", "Top court rejects appeal",
        "Latest polls show a lead for the mayor", "Read my lips, says minister", "Share prices fell on Thursday.",
        "Follow the money, says auditor", "Save the whales", "Related companies paid 4 million euros.", "Advertising revenue fell.",
        "May was the warmest month on record.", "Print workers go on strike", "See you in court, says tenant",
    ],
)  # fmt: skip
def test_prose_is_kept(line):
    assert boilerplate_reason(line) is None


def test_each_line_is_a_block_and_wrapped_lines_are_one():
    lines = read_text("A headline\nA first paragraph that ends here.\nAnother one.")
    assert [lines.text[block.start : block.end] for block in lines.blocks] == [
        "A headline", "A first paragraph that ends here.", "Another one.",
    ]  # fmt: skip
    wrapped = "The council met on Tuesday to discuss the plans for the\nnew bridge over the river, which have been in the making\nfor nine years.\n\nNo vote was taken."
    assert len(read_text(wrapped).blocks) == 2


@given(st.text())
def test_blocks_and_skipped_pieces_lie_in_the_source_in_order(text):
    document = read_text(text)
    end = 0
    for piece in sorted([*document.blocks, *document.skipped], key=lambda piece: piece.start):
        assert end <= piece.start < piece.end <= len(text)
        end = piece.end
    for piece in document.skipped:
        assert text[piece.start : piece.end] == piece.text


def test_encodings_are_detected():
    text = "The café’s owner, Zoë Müller, paid 40 € for the naïve painting in Århus. She said so on Monday."
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert "café’s owner, Zoë Müller" in read_bytes(text.encode(encoding), "a").text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "holds no text"), (b" \n\t ", "holds no text"), (b"%PDF-1.7 text", "binary"), (bytes(range(256)) * 20, "binary"),
        (b"\x89PNG\r\n\x1a\n" + b"a" * 100, "binary"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        read_bytes(data, "a.txt")


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(InputError, match=r"missing\.txt: no such file"):
        read_file(str(tmp_path / "missing.txt"))
    with pytest.raises(InputError, match="is a folder"):
        read_file(str(tmp_path))
    large = tmp_path / "large.txt"
    large.write_bytes(b"word " * (MAX_BYTES // 5 + 1))
    with pytest.raises(InputError, match="larger than 5 MB"):
        read_file(str(large))
