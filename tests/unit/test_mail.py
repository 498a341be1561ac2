"""E-mail: the sender's words, the words of others in it, and what is neither."""

from email import policy
from email.message import EmailMessage

import pytest
from work import grows_with_length

from biasdetect.errors import InputError
from biasdetect.reading.files import read
from biasdetect.reading.mail import read_mail
from biasdetect.reading.mail_text import find_parts, unfolded

HEAD = "From: \"Lirna Courier\" <news@lirna.example>\nTo: ann@lirna.example\nSubject: Council rejects the bridge\nDate: Fri, 03 May 2024 23:14:00 -0800\n"  # fmt: skip


def plain(body, head="Content-Type: text/plain; charset=utf-8\n"):
    return f"{HEAD}{head}\n{body}".encode()


def pieces(document):
    return [(block.reason or block.role, document.text[block.start : block.end]) for block in document.blocks]


def said(document):
    return [(one.speaker, document.text[one.start : one.end]) for one in document.said]


ANSWER = """\
The shameless mayor left the meeting before anybody could ask her what she
was thinking about the bridge, and she did not come back later that day.

See https://lirna.example for the minutes.

On Tue, Apr 30, 2024 at 10:14 AM Ida Vell <
ida@lirna.example> wrote:
> The council is a disgrace.
>
> Bo Lind <bo@lirna.example> writes:
>> It is not.
>
> --\x20
> Ida

No, it was late.

--\x20
Hanna Kowalczyk
Lirna Courier, 1 Harbour Street

-----Original Message-----
From: Carl Gray [mailto:carl@lirna.example]
Sent: Monday, April 29, 2024 9:00 AM
To: Hanna Kowalczyk
Subject: The vote

I resign from this corrupt council.
"""


def test_what_was_answered_and_forwarded_is_somebody_elses():
    document = read(plain(ANSWER), name="a.eml")
    assert pieces(document) == [
        ("headline", "Council rejects the bridge"),
        (
            "body",
            "The shameless mayor left the meeting before anybody could ask her what she\n"
            "was thinking about the bridge, and she did not come back later that day.",
        ),
        ("body", "See https://lirna.example for the minutes."),
        ("who wrote what is quoted", "On Tue, Apr 30, 2024 at 10:14 AM Ida Vell <\nida@lirna.example> wrote:"),
        ("body", "The council is a disgrace."),
        ("who wrote what is quoted", "Bo Lind <bo@lirna.example> writes:"),
        ("body", "It is not."),
        ("signature", "-- \nIda"),
        ("body", "No, it was late."),
        ("signature", "-- \nHanna Kowalczyk\nLirna Courier, 1 Harbour Street"),
        (
            "header of a message",
            "-----Original Message-----\nFrom: Carl Gray [mailto:carl@lirna.example]\n"
            "Sent: Monday, April 29, 2024 9:00 AM\nTo: Hanna Kowalczyk\nSubject: The vote",
        ),
        ("body", "I resign from this corrupt council."),
    ]
    assert said(document) == [
        ("Ida Vell", "The council is a disgrace."),
        ("Bo Lind", "It is not."),
        ("Carl Gray", "I resign from this corrupt council."),
    ]
    assert document.extracted and document.source == document.text
    metadata = document.metadata
    assert (metadata.title, metadata.outlet, metadata.date) == (
        "Council rejects the bridge",
        "Lirna Courier",
        "2024-05-03",
    )


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("On Tue, Apr 30, 2024 at 10:14 AM Ida Vell <ida@lirna.example> wrote:", "Ida Vell"),
        ("On 30 Apr 2024, at 10:14, Ida Vell <ida@lirna.example> wrote:", "Ida Vell"),
        ("On Tue, 30 Apr 2024 10:14:00 +0200 Ida Vell <ida@lirna.example> wrote:", "Ida Vell"),
        ("On 2024-04-30, Ida Vell wrote:", "Ida Vell"),
        ("Ida Vell <ida@lirna.example> writes:", "Ida Vell"),
        ("Ida Vell wrote:", "Ida Vell"),
        ("On Tuesday, ida@lirna.example wrote:", ""),
    ],
)
def test_who_is_quoted(line, speaker):
    document = read(plain(f"No.\n\n{line}\n\n> The council is a disgrace.\n"), name="a.eml")
    found = said(document)
    assert [words for _, words in found] == ["The council is a disgrace."]
    assert found[0][0] == speaker or (not speaker and "@" not in found[0][0])


def test_a_forwarded_message_is_that_of_its_author():
    body = "FYI\n\n---------- Forwarded message ---------\nFrom: *Ida Vell* <ida@lirna.example>\nDate: Tue, Apr 30, 2024\nSubject: The vote\nTo: A <a@lirna.example>,\n B <b@lirna.example>\n\n\nThe council is a disgrace.\n\nIt lied.\n"
    assert said(read(plain(body), name="a.eml")) == [
        ("Ida Vell", "The council is a disgrace."),
        ("Ida Vell", "It lied."),
    ]


def test_what_only_looks_like_a_signature_or_a_header_is_scored():
    body = "From: the mayor\nThe council met.\n--\n" + "It was late when they left.\n" * 20
    document = read(plain(body), name="a.eml")
    assert not {"signature", "header of a message"} & {reason for reason, _ in pieces(document)}
    assert said(document) == []


def test_soft_line_breaks_are_taken_out():
    flowed = "Content-Type: text/plain; format=flowed; charset=utf-8\n"
    document = read(
        plain("The council \nvoted.\n > not quoted\n\n> It was \n> late.\n>> No.\n-- \nHanna\n", flowed), name="a.eml"
    )
    assert pieces(document)[1:] == [
        ("body", "The council voted."), ("body", "> not quoted"), ("body", "It was late."), ("body", "No."), ("signature", "-- \nHanna"),
    ]  # fmt: skip
    document = read(plain("Counc \nil.", flowed.replace(";", "; delsp=yes;", 1)), name="a.eml")
    assert pieces(document)[1:] == [("body", "Council.")]


def message(text=None, html=None, subject="Réunion", attach=None):
    made = EmailMessage(policy=policy.SMTP)
    made["From"], made["Subject"] = "Zoë <zoe@lirna.example>", subject
    if text is not None:
        made.set_content(text)
        if html is not None:
            made.add_alternative(html, subtype="html")
    else:
        made.set_content(html, subtype="html")
    for data, options in attach or ():
        made.add_attachment(data, **options)
    return made.as_bytes()


PAGE = "<html><body><h1>The vote</h1><p>The council rejected the caf&eacute; on Monday.</p><blockquote><p>A disgrace, she said.</p></blockquote></body></html>"


def test_html_is_read_where_there_is_no_plain_text():
    for data in (
        message(html=PAGE),
        message("See the HTML.", PAGE.replace("on Monday", "on Monday " + "and again " * 20)),
    ):
        document = read(data, name="a.eml")
        assert pieces(document)[:2] == [("headline", "Réunion"), ("body", "The vote")]
        assert "café" in document.text and ("", "A disgrace, she said.") in said(document)
        assert document.places is None and document.source == document.text and document.metadata.outlet == "Zoë"


def test_the_plain_text_is_preferred_and_attachments_are_left_out():
    attached = message("Attached words.")
    parts = (
        ("Noted words.", {"filename": "notes.txt"}),
        (b"\x89PNG", {"maintype": "image", "subtype": "png", "filename": "a.png"}),
        (EmailMessage(), {}),
    )
    document = read(message("The council rejected it on Monday, and left.", PAGE, attach=parts), name="a.eml")
    assert pieces(document) == [("headline", "Réunion"), ("body", "The council rejected it on Monday, and left.")]
    assert "words" not in document.text and attached


def test_the_subject_stands_once():
    document = read(message("Réunion\n\nThe council met.", subject="RE: Fwd: Réunion"), name="a.eml")
    assert pieces(document) == [("headline", "Réunion"), ("body", "The council met.")]
    assert document.metadata.title == "Réunion"


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        (
            "Content-Type: text/plain; charset=iso-8859-1\n",
            "The café said “no”.".encode("cp1252"),
            "The café said “no”.",
        ),
        ("Content-Type: text/plain; charset=nothing\n", "The café closed.".encode(), "The café closed."),
        ("Content-Transfer-Encoding: quoted-printable\n", b"The caf=C3=A9 clos=\ned.", "The café closed."),
        ("Content-Transfer-Encoding: base64\n", b"VGhlIGNhZsOpIGNsb3NlZC4=", "The café closed."),
        ("", "The café closed.".encode(), "The café closed."),
    ],
)
def test_bodies_in_every_encoding(head, body, text):
    document = read(HEAD.encode() + head.encode() + b"\n" + body, name="a.eml")
    assert pieces(document)[1:] == [("body", text)]


def nested(depth):
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return HEAD.encode() + head.encode() + b"\nThe council met.\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no e-mail"),
        (b"The river rose.", "no e-mail"),
        (HEAD.encode(), "holds no text"),
        (HEAD.encode() + b"Content-Type: image/png\n\n\x89PNG", "holds no text"),
        (HEAD.encode() + b"Content-Type: application/pkcs7-mime\n\nMIAG", "encrypted"),
        (nested(5_000), "parts"),
        (plain("\n" * 1_100_000), "lines"),
        (HEAD.encode() + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nword\n" * 3_000, "parts"),
        (plain("word\n\n" * 60_000), "paragraphs"),
    ],
)
def test_what_cannot_be_read_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        read_mail(data, "a.eml")


def test_headers_of_megabytes_are_cut():
    long = b"Subject: " + b"=?utf-8?q?caf=C3=A9?= " * 200_000 + b"\nReceived: " + b"x\n y" * 500_000 + b"\n"
    document = read(long + b"Content-Type: text/plain; " + b"a=b; " * 100_000 + b"\n\nThe council met.", name="a.eml")
    assert document.metadata.title.startswith("café") and len(document.metadata.title) < 2_000
    assert document.text.endswith("The council met.")


@pytest.mark.parametrize(
    "line",
    [
        "> ",
        ">" * 50 + "\n",
        "On a, b wrote:\n> c\n",
        "From: a\n",
        "-- \n",
        "word \n",
        "--\n",
        "_" * 30 + "\n",
        "From: a,\n" + "b,\n" * 9,
    ],
)
def test_work_grows_with_length(line):
    for divide in (unfolded, lambda text: list(find_parts(text))):
        assert grows_with_length(lambda size: "The council met.\n" + line * size, divide, 300)
