import zlib
from io import BytesIO

import pytest
from work import grows_with_length

from biasdetect.errors import InputError
from biasdetect.reading import pdf
from biasdetect.reading.pdf import read_pdf
from biasdetect.reading.pdf_columns import Piece, in_reading_order


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


LEFT = [
    "The council of Lirna voted on Monday to",
    "close the ferry that runs to the north",
    "bank. The mayor left the hall early, and",
    "the deputy mayor, who had been silent,",
    "took over until midnight on that day.",
]
MIDDLE = [
    "Planners expect the new bridge to open",
    "in spring. The opposition asked for an",
    "audit of the tender, which the council",
    "refused. A second reading is planned for",
    "June in the old town hall of the harbour.",
]
RIGHT = [
    "Villages on the north bank have no other",
    "way to reach the hospital, said a doctor",
    "who has worked there for twenty years in",
    "the clinic beside the closed landing, and",
    "she asked for a bus to take its place.",
]


def by_rows(*columns, places=(40, 250, 460), size=10, shift=0.0):
    """Lines of columns as a file has them that draws row after row; ``shift`` is how much lower each column is set."""
    lines = []
    for number in range(max(map(len, columns))):
        for place, column, lower in zip(places, columns, range(3), strict=False):
            if number < len(column) and column[number]:
                indent = 12 if column[number].startswith(">") else 0
                text = column[number].removeprefix(">")
                lines.append((text, place + indent, 700 - 12 * number - shift * lower, size))
    return lines


def in_one_go(lines):
    """The same in one text object, which moves on from where it is."""
    shown, before = [], (0, 0)
    for text, x, y, size in lines:
        shown.append(f"/F {size} Tf {x - before[0]} {y - before[1]} Td ({text}) Tj")
        before = x, y
    return f"BT {' '.join(shown)} ET".encode("cp1252")


@pytest.mark.parametrize("shift", [0.0, 5.0])
@pytest.mark.parametrize("drawn", [lambda lines: draw(*lines), in_one_go])
@pytest.mark.parametrize(
    "columns",
    [
        (LEFT, MIDDLE),
        (LEFT, MIDDLE, RIGHT),
        (LEFT[:4], MIDDLE),
        (LEFT, MIDDLE[:4]),
        (LEFT + RIGHT, [*MIDDLE, ">" + LEFT[0], *LEFT[1:]]),
        ([*LEFT, "", *RIGHT], MIDDLE + RIGHT),
        (["", "", *LEFT], MIDDLE + RIGHT),
    ],
)
def test_columns_that_are_drawn_row_by_row_are_read_one_after_the_other(columns, drawn, shift):
    lines = [("Council votes to close the ferry to the north bank", 40, 740, 18), *by_rows(*columns, shift=shift)]
    read = read_pdf(make_pdf([drawn([*lines, ("Page 1 of 1", 260, 30, 10)])]), "a.pdf")
    said = " ".join(text for reason, text in pieces(read) if reason == "body").split()
    assert said == " ".join(" ".join(filter(None, column)) for column in columns).replace(">", "").split()
    assert pieces(read)[0] == ("headline", "Council votes to close the ferry to the north bank")


def test_what_goes_over_both_columns_parts_them():
    across = ("What the council has decided, and what the opposition wants instead of a bridge", 40, 620, 14)
    below = [(text, x, y - 110, size) for text, x, y, size in by_rows(RIGHT, MIDDLE)]
    text = read_pdf(make_pdf([draw(*by_rows(LEFT, MIDDLE), across, *below)]), "a.pdf").text
    order = [LEFT[0], MIDDLE[0], "What the council has decided", RIGHT[0], RIGHT[4], MIDDLE[4]]
    places = [text.rindex(part) if part == MIDDLE[4] else text.index(part) for part in order]
    assert places == sorted(places)


TABLE = [("Harbour district of the city", "1,204", "12.5"), ("Old town with the market", "988", "10.2"),
         ("North bank and the islands", "2,310", "24.0"), ("University and the hospital", "310", "3.2"),
         ("All other districts together", "5,104", "50.1")]  # fmt: skip


def test_a_table_of_figures_and_a_list_are_read_row_by_row():
    figures = [(text, x, 700 - 12 * row, 10) for row, cells in enumerate(TABLE) for text, x in zip(cells, (40, 250, 400), strict=True)]  # fmt: skip
    text = read_pdf(make_pdf([draw(*figures)]), "a.pdf").text
    assert [" ".join(cells) for cells in TABLE] == text.split("\n")[:5]
    listed = [(text, x, 700 - 12 * row, 10) for row, line in enumerate(LEFT) for text, x in (("*", 40), (line, 56))]
    text = read_pdf(make_pdf([draw(*listed)]), "a.pdf").text
    assert text.split("\n\n") == [f"* {line}" for line in LEFT]


def test_words_that_are_drawn_one_by_one_make_no_columns():
    lines = [f"{left} {middle}" for left, middle in zip(LEFT + RIGHT, MIDDLE + LEFT, strict=True)]
    words = []
    for number, line in enumerate(lines):
        place = 40.0
        for word in line.split():
            words.append((word, round(place, 2), 700 - 12 * number, 10))
            place += 6 * len(word) + 3
    assert read_pdf(make_pdf([in_one_go(words)]), "a.pdf").text.split() == " ".join(lines).split()


def test_the_work_on_columns_grows_with_the_page():
    def made(times):
        return [
            [Piece(f"The council of Lirna voted {x}", 200.0 * x + number % 7, -12.0 * number, 10.0) for x in range(3)]
            for number in range(times)
        ]

    assert grows_with_length(made, in_reading_order, 200)


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
