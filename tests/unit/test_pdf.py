import zlib
from io import BytesIO

import pytest

from biasdetect.errors import InputError
from biasdetect.reading import pdf
from biasdetect.reading.pdf import read_pdf


def make_pdf(
    pages, *, info="", fonts="<< /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>", flate=False, forms=()
):
    """A PDF of pages and of forms /X0, /X1 ... that any page or form may draw, each the bytes of its instructions."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{5 + 2 * n} 0 R' for n in range(len(pages)))}] >>".encode(),
        f"<< {info} >>".encode("latin-1"),
    ]
    first_form = 4 + 2 * len(pages)
    drawn = " ".join(f"/X{number} {first_form + number} 0 R" for number in range(len(forms)))
    resources = f"/Resources << /Font {fonts} /XObject << {drawn} >> >>"
    for number, content in enumerate(pages):
        packed = zlib.compress(content) if flate else content
        head = f"<< /Length {len(packed)} {'/Filter /FlateDecode' if flate else ''} >>\nstream\n".encode()
        objects.append(head + packed + b"\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {4 + 2 * number} 0 R {resources} >>".encode()
        )
    for content in forms:
        head = f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] {resources} /Length {len(content)} >>\nstream\n"
        objects.append(head.encode() + content + b"\nendstream")
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    for offset in offsets:
        out += f"{offset:010} 00000 n \n".encode()
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def draw(*lines):
    """Drawing instructions for lines: text, x, y and size, in points from below."""
    shown = []
    for text, x, y, size in lines:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        shown.append(f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET")
    return "\n".join(shown).encode("cp1252")


def set_lines(texts, top=700, x=60, size=10, leading=12):
    return [(text, x, top - leading * number, size) for number, text in enumerate(texts)]


def pieces(document):
    return [(block.reason or block.role, document.text[block.start : block.end]) for block in document.blocks]


FIRST = [
    "The council of Lirna voted on Monday against the new bridge over the river, which the",
    "mayor, Ida Vell, had wanted for nine years. She called the vote a blow to the left-",
    "wing parties and to the govern-",
    "ment, which had paid for the plans (4 million euros) and for the noise measure-",
]
SECOND = [
    "ments of last year.",
]
THIRD = [
    "Work on the old bridge goes on. It will be closed to cars for the whole of next summer,",
    "as the council said.",
]


def article(second_page_header="The Lirna Courier"):
    return make_pdf(
        [
            draw(
                ("The Lirna Courier", 60, 780, 8),
                ("Council says no", 60, 740, 20),
                *set_lines(FIRST, top=700),
                ("1", 300, 20, 8),
            ),
            draw(
                (second_page_header, 60, 780, 8),
                *set_lines(SECOND, top=740),
                *set_lines(THIRD, top=704),
                ("Page 2 of 2", 300, 20, 8),
            ),
        ],
        info="/Title (The bridge vote) /CreationDate (D:20240503101500+02'00')",
    )


def test_lines_come_together_to_paragraphs():
    document = read_pdf(article(), "a.pdf")
    assert document.source == document.text and document.places is None
    assert pieces(document) == [
        ("running header or footer", "The Lirna Courier"),
        ("headline", "Council says no"),
        (
            "body",
            "The council of Lirna voted on Monday against the new bridge over the river, which the\n"
            "mayor, Ida Vell, had wanted for nine years. She called the vote a blow to the left-wing parties and to the "
            "government, which had paid for the plans (4 million euros) and for the noise measurements of last year.",
        ),
        ("page number", "1"),
        ("running header or footer", "The Lirna Courier"),
        ("body", "\n".join(THIRD)),
        ("page number", "Page 2 of 2"),
    ]


def test_metadata():
    found = read_pdf(article(), "a.pdf").metadata
    assert (found.title, found.date) == ("The bridge vote", "2024-05-03")
    poor = make_pdf([draw(("Some text.", 60, 700, 10))], info="/Title (Microsoft Word - vote.docx) /CreationDate (D:1)")
    assert read_pdf(poor, "a.pdf").metadata == type(found)()
    browser = make_pdf(
        [draw(("Some text.", 60, 700, 10))], info="/Producer (Skia/PDF m120) /CreationDate (D:20240503101500)"
    )
    assert read_pdf(browser, "a.pdf").metadata.date == ""


def test_a_line_that_differs_is_no_running_header():
    assert ("body", "Another line of text") in pieces(read_pdf(article("Another line of text"), "a.pdf"))


def test_an_indent_or_a_short_line_starts_a_paragraph():
    lines = [
        "The river rose by two metres in the night, and the harbour of Lirna was closed at six.",
        "Ships wait.",
        "No one was hurt, said the harbour master, who spoke of the worst flood in forty years.",
    ]
    indented = set_lines(lines[2:], top=676, x=72)
    assert len(read_pdf(make_pdf([draw(*set_lines(lines))]), "a.pdf").blocks) == 2
    assert len(read_pdf(make_pdf([draw(*set_lines(lines[:2]), *indented)]), "a.pdf").blocks) == 2
    assert len(read_pdf(make_pdf([draw(*set_lines([lines[0], lines[2]]))]), "a.pdf").blocks) == 1


def test_columns_are_read_one_after_the_other():
    left = ["The river rose by two metres in", "the night, and the harbour was"]
    right = ["closed at six in the morning."]
    document = read_pdf(make_pdf([draw(*set_lines(left), *set_lines(right, x=320))]), "a.pdf")
    assert pieces(document) == [("body", "\n".join([*left, *right]))]


def test_a_word_keeps_a_hyphen_that_it_has_elsewhere():
    lines = ["The far-right list won two seats, and it was the only far-", "right list. Anglo-", "American firms paid."]
    assert "only far-right list. Anglo-American firms" in read_pdf(make_pdf([draw(*set_lines(lines))]), "a.pdf").text


def encrypted(password):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(article())))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_encrypted_files_are_read_where_no_password_is_asked():
    assert "Council says no" in read_pdf(encrypted(""), "a.pdf").text
    with pytest.raises(InputError, match="password"):
        read_pdf(encrypted("secret"), "a.pdf")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "damaged PDF, or none"),
        (b"%PDF-1.4\nnothing", "damaged PDF"),
        (article()[:600], "damaged PDF"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 200, "damaged PDF"),
        (make_pdf([b""]), "ocrmypdf"),
        (make_pdf([b"0 0 m 10 10 l S"] * 3), "ocrmypdf"),
        (make_pdf([]), "ocrmypdf"),
        (make_pdf([b"/X 1 Tf BT (abcdef) Tj ET"]), "which letters"),
        (make_pdf([draw(("a", 1, 1, 1))] * 301), "301 pages"),
        (make_pdf([b"BT /F 9 Tf " + b"(a) Tj " * 2_000_000 + b"ET"], flate=True), "more time or memory"),
        (make_pdf([b"BT (" + b"a" * 20_000_000 + b") Tj ET"], flate=True), "more time or memory"),
        (make_pdf([b"[" * 200_000], flate=True), "damaged|more time|ocrmypdf"),
        (make_pdf([b"<<" * 200_000], flate=True), "damaged|more time|ocrmypdf"),
        (make_pdf([b"q " * 1_000_000], flate=True), "more time or memory"),
        (make_pdf([b"BT /F 9 Tf (" + b"a" * 900_000 + b") Tj ET"] * 3, flate=True), "characters"),
    ],
)
def test_what_cannot_be_read_is_refused(data, message, caplog):
    with pytest.raises(InputError, match=message):
        read_pdf(data, "a.pdf")
    assert not caplog.records


def test_reading_stops_when_time_is_up(monkeypatch):
    monkeypatch.setattr(pdf, "MAX_SECONDS", -1.0)
    with pytest.raises(InputError, match="more time or memory"):
        read_pdf(article(), "a.pdf")


def test_forms_that_draw_forms_end():
    forms = [f"/X{number + 1} Do ".encode() * 10 for number in range(20)]
    forms.append(draw(("It fell.", 60, 600, 10)) + b" /X0 Do")
    data = make_pdf([draw(("The river rose.", 60, 700, 10)) + b" /X0 Do"], forms=forms)
    assert read_pdf(data, "a.pdf").text.startswith("The river rose.")
