"""Divides the plain text of an e-mail: the sender's own words, what is quoted and by whom, signature, message headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from itertools import groupby

from biasdetect.util.patterns import lazy

ATTRIBUTION = "who wrote what is quoted"
HEADER = "header of a message"
SIGNATURE = "signature"

_QUOTED = lazy(r"(?:>[ \t]?)+")
_WROTE = lazy(r"\b(?:wrote|writes)\s?:\s*$")
_OPENS = lazy(r"\W{0,3}On\b")
_LAST_TIME = lazy(
    r".*\b\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?[Mm]\b\.?)?(?:\s?(?:[+-]\d{4}|\(?[A-Z]{2,5}\)?(?=[,\s])))?"
)
_LAST_DATE = lazy(r".*(?:\b\d{4}\b|\b\d{1,2}\b)[,:]?")
_ADDRESS = lazy(r"[<\[(](?:mailto:)?[^\s<>\[\]()]{1,200}@[^<>\[\]()]{1,200}[>\])]|\S{1,200}@\S{1,200}|via\s.{1,100}$")
_MOST_ATTRIBUTION = 3  # lines

_SIGNATURE = lazy(r"--\s*|_{20,}\s*")  # the second before the footer of a mailing list
_MOST_SIGNATURE = 15  # lines; what is longer is no signature

_ORIGINAL = lazy(
    r"\W*(?:-{2,}\s?(?:original|forwarded)\s(?:message|appointment)\s?-{2,}|begin\sforwarded\smessage:)\W*$", 2
)
_FIELD = lazy(r"\W{0,2}(?P<field>From|Sent|Date|To|Cc|Subject|Reply-To)\W?:\W?(?:\s|$)(?P<value>.*)")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text of an e-mail, without the marks of quotation.

    Attributes:
        text: its lines.
        reason: why it is no prose; empty where it is.
        quoted: whether somebody else than the sender wrote it.
        speaker: who, where that is said.
    """

    text: str
    reason: str = ""
    quoted: bool = False
    speaker: str = ""


def find_parts(text: str) -> Iterator[Part]:
    """The parts of an e-mail, in order; what stands behind the header of another message is all somebody else's.

    Args:
        text: of the body, decoded.
    """
    lines = [_depth_and_rest(line) for line in text.split("\n")]
    groups = [(depth, [rest for _, rest in group]) for depth, group in groupby(lines, lambda line: line[0])]
    speakers = [""]  # of each depth of quotation
    forwarded = False
    for index, (depth, group) in enumerate(groups):
        del speakers[depth + 1 :]
        speakers += [""] * (depth + 1 - len(speakers))
        deeper = index + 1 < len(groups) and groups[index + 1][0] > depth
        own, attribution = _without_attribution(group) if deeper else (group, [])
        for part in _divided(own):
            if part.reason == HEADER:
                forwarded = forwarded or depth == 0
                speakers[depth] = part.speaker
                yield Part(part.text, HEADER)
            elif part.reason:
                yield part
            else:
                yield Part(part.text, "", depth > 0 or forwarded, speakers[depth])
        if deeper:
            speakers += [""] * (groups[index + 1][0] - depth)
            speakers[-1] = _author(" ".join(attribution))
        if attribution:
            yield Part("\n".join(attribution), ATTRIBUTION)


def unfolded(text: str, *, delete_space: bool = False) -> str:
    """The text of ``format=flowed`` with its soft line breaks taken out (RFC 3676).

    Args:
        text: of the body.
        delete_space: whether the space before a soft break is none of the text's (``DelSp``).
    """
    flowed: list[str] = []
    last = -1
    for line in text.split("\n"):
        depth, rest = _depth_and_rest(line)
        if depth == 0 and not rest.startswith(" >"):  # which would be taken for a quotation
            rest = rest.removeprefix(" ")
        soft = rest.endswith(" ") and rest != "-- "
        if last == depth:
            flowed[-1] += rest
        else:
            flowed.append(">" * depth + " " * (depth > 0) + rest)
        if soft and delete_space:
            flowed[-1] = flowed[-1][:-1]
        last = depth if soft else -1
    return "\n".join(flowed)


def _depth_and_rest(line: str) -> tuple[int, str]:
    """How deep a line is quoted, and what it says."""
    line = line.rstrip("\r")
    marks = _QUOTED.match(line)
    return (marks.group().count(">"), line[marks.end() :]) if marks else (0, line)


def _without_attribution(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Lines before a quotation, and apart from them the last ones, where they say who wrote it."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    if not end or not _WROTE.search(lines[end - 1]):
        return lines, []
    first = end - 1
    for start in range(end - 1, max(end - 1 - _MOST_ATTRIBUTION, -1), -1):
        if not lines[start].strip():
            break
        if _OPENS.match(lines[start]):
            first = start
            break
    return lines[:first], lines[first:end]


def _author(attribution: str) -> str:
    """The name in "On Tuesday at 10:14, Ida Vell <ida@lirna.example> wrote:"; empty where there is none."""
    said = _ADDRESS.sub(" ", _WROTE.sub("", attribution[:500]))
    opened = _OPENS.match(said)
    if opened:
        behind = _LAST_TIME.match(said) or _LAST_DATE.match(said)
        said = said[behind.end() :] if behind else said[opened.end() :]
    return " ".join(said.strip(" \t,;:\"'*<>()").split())[:100]


def _divided(lines: Sequence[str]) -> Iterator[Part]:
    """Lines of one depth, divided at the headers of other messages; each ends in its signature."""
    start = at = 0
    while at < len(lines):
        end, author = _header(lines, at)
        if author is not None:
            yield from _signed(lines[start:at])
            yield Part("\n".join(lines[at:end]), HEADER, speaker=author)
            start = end
        at = end
    yield from _signed(lines[start:])


def _header(lines: Sequence[str], start: int) -> tuple[int, str | None]:
    """Where the header of another message ends that starts at a line, and whom it is from.

    None for the author where there is no header; where none may start then is behind the end.
    """
    at = start
    announced = bool(_ORIGINAL.match(lines[at]))
    if announced:
        at += 1
        while at < len(lines) and at < start + 3 and not lines[at].strip():
            at += 1
    first = _FIELD.match(lines[at]) if at < len(lines) else None
    if first is None or first["field"] != "From":
        return start + 1, "" if announced else None
    fields = set()
    end = at
    while end < len(lines) and (field := _FIELD.match(lines[end])):
        fields.add(field["field"])
        end += 1
        # an address list may go on in the next line
        while end < len(lines) and _goes_on(lines[end - 1], lines[end]):
            end += 1
    if not announced and (not fields & {"Sent", "Date"} or not fields & {"To", "Subject"}):
        return end, None
    value = first["value"].strip(" *")
    name = parseaddr(value)[0] or _ADDRESS.sub(" ", value)
    return end, " ".join(name.strip(" *\"'").split())[:100]


def _goes_on(before: str, line: str) -> bool:
    return bool(line.strip()) and before.rstrip()[-1:] in (",", ";") and not _FIELD.match(line)


def _signed(lines: Sequence[str]) -> Iterator[Part]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    for at in range(end - 1, max(end - 1 - _MOST_SIGNATURE, -1), -1):
        if _SIGNATURE.fullmatch(lines[at]):
            yield Part("\n".join(lines[:at]))
            yield Part("\n".join(lines[at:end]), SIGNATURE)
            return
    yield Part("\n".join(lines[:end]))
