"""Finds the stretch of a source that an edit replaces where there is inline markup amid or beside it: ``**pot**bellied``."""

from __future__ import annotations

from biasdetect.reading.document import Document, Places
from biasdetect.util.patterns import lazy

# markup that says how words look, and nothing else: with the words it may go. A link leads somewhere, and stays.
_TAGS = r"b|big|em|font|i|mark|small|span|strong|u"
_TOKEN = lazy(rf"<(/?)({_TAGS})(?:\s[^<>]*)?>|(\*+|_+|~~)", 2)  # 2: re.IGNORECASE


def stretch(document: Document, start: int, end: int) -> tuple[int, int] | None:
    """The stretch of the source that ``text[start:end]`` of a document is to be replaced in.

    Markup amid it goes with the words where it is emphasis that begins and ends there, or right beside: what is left is
    as well-formed as before.

    Args:
        document: the document.
        start: first character of its text.
        end: the character after the last one.

    Returns:
        Start and end, offsets into the source; None where other markup stands amid the words, or an entity.
    """
    first, last = document.span(start, end)
    if document.source[first:last] == document.text[start:end]:
        return first, last
    if document.places is None or start >= end:
        return None
    source, places = document.source, document.places
    spans = [places.span(index, index + 1) for index in range(start, end)]
    if any(source[left:right] != char for (left, right), char in zip(spans, document.text[start:end], strict=True)):
        return None
    unmatched = _unmatched(
        [
            source[spans[index][1] : spans[index + 1][0]]
            for index in range(len(spans) - 1)
            if spans[index][1] < spans[index + 1][0]
        ]
    )
    if unmatched is None or len(unmatched) > 1:
        return None
    if not unmatched:
        return first, last
    token = unmatched[0]
    before, after = _before(source, places, start), _after(source, places, end, len(document.text))
    opened = before[-1] if before and _pair(before[-1], token) else ""
    closed = after[0] if after and _pair(token, after[0]) else ""
    if bool(opened) == bool(closed):  # it belongs to words farther off, or to either side
        return None
    return first - len(opened), last + len(closed)


def _unmatched(pieces: list[str]) -> list[str] | None:
    """The tokens of markup amid words of which the other one of the pair is not among them; None for other markup."""
    left: list[str] = []
    for piece in pieces:
        tokens = _tokens(piece)
        if "".join(tokens) != piece:
            return None
        for token in tokens:
            if left and _pair(left[-1], token):
                left.pop()
            else:
                left.append(token)
    return left


def _before(source: str, places: Places, start: int) -> list[str]:
    """The tokens that lead up to a character of the text, without anything between them and it."""
    begin = places.span(start, start + 1)[0]
    since = places.span(start - 1, start)[1] if start else 0
    return _run(source[since:begin], at_end=True)


def _after(source: str, places: Places, end: int, length: int) -> list[str]:
    """The tokens that follow on a character of the text, without anything between."""
    begin = places.span(end - 1, end)[1]
    until = places.span(end, end + 1)[0] if end < length else len(source)
    return _run(source[begin:until], at_end=False)


def _run(piece: str, *, at_end: bool) -> list[str]:
    """The token at the end of a piece of markup, or at its beginning; none where other markup stands there."""
    found = list(_TOKEN.finditer(piece))
    if not found:
        return []
    token = found[-1] if at_end else found[0]
    return [token[0]] if (token.end() == len(piece) if at_end else token.start() == 0) else []


def _tokens(piece: str) -> list[str]:
    return [token[0] for token in _TOKEN.finditer(piece)]


def _pair(opening: str, closing: str) -> bool:
    """Whether two tokens are the beginning and the end of one emphasis."""
    first, second = _TOKEN.fullmatch(opening), _TOKEN.fullmatch(closing)
    if first is None or second is None:
        return False
    if first[2] and second[2]:
        return first[2].lower() == second[2].lower() and not first[1] and bool(second[1])
    return opening == closing
