"""Maps the names that annotators used to numbers and categories; an unknown name is an error that names the nearest."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from biasdetect.model.categories import CATEGORIES

TECHNIQUES = {
    "loaded language": "loaded-language",
    "name calling labeling": "labeling",
    "exaggeration minimisation": "exaggeration",
    "doubt": "doubt",
}
"""Persuasion techniques of SemEval, letters alone, and the category that each corresponds to."""

_BIASED = (
    "biased;bias;yes;y;true;t;1;accept;accepted;loaded;slanted;opinionated;subjective;subj;editorializing;lexical bias"
)
_PLAIN = (
    "non biased;nonbiased;unbiased;not biased;no bias;no;n;false;f;0;reject;rejected;neutral;not loaded;non loaded;"
    "plain;objective;obj;factual"
)
_ANY_QUESTION = frozenset("yes;y;true;t;accept;accepted;no;n;false;f;reject;rejected".split(";"))
_NO_LABEL = ";no agreement;unsure;unknown;skip;skipped;ignore;ignored;na;n a;nan;null;none"
LABELS: dict[str, float | None] = (
    dict.fromkeys(_BIASED.split(";"), 1.0) | dict.fromkeys(_PLAIN.split(";"), 0.0) | dict.fromkeys(_NO_LABEL.split(";"))
)
"""Names of labels, letters and digits alone; None where the name says that there is no label."""

_SOME_LABELS = ("biased", "non-biased", "1", "0", "yes", "no")
_DEGREES: dict[float, str] = {
    0.0: "not at all;in no way",
    0.25: "slightly;a little;a bit;a little bit;mildly;minimally;hardly;barely;not very;weakly",
    0.5: "somewhat;partly;partially;moderately;in part;to some extent;half;fairly",
    0.75: "rather;quite;mostly;mainly;largely;considerably;generally;predominantly;likely;probably",
    1.0: "very;very much;highly;strongly;extremely;heavily;completely;fully;entirely;totally;severely;clearly;definitely",
}
_DEGREE_OF = {word: degree for degree, words in _DEGREES.items() for word in words.split(";")}
"""How biased (or how neutral) a text is by the adverb, on the five steps that rating scales have most often."""
_ENDS = dict.fromkeys("biased bias loaded slanted opinionated subjective".split(), 1.0) | dict.fromkeys(
    "unbiased neutral objective factual plain".split(), 0.0
)
_NUMBERED = re.compile(r"(?:label|class)[\W_]*(\d{1,2})", re.IGNORECASE)

_LOADED = ("loaded", "biased", "bias", "biased phrase", "biased word", "loaded phrase")
UNNAMED_MARKS = ("", *_LOADED, "phrase", "span")
"""Names of marks that say no more than that they are marks."""
_WITHOUT_COUNTERPART = (
    "repetition;appeal to fear prejudice;flag waving;causal oversimplification;slogans;appeal to authority;"
    "black and white fallacy;thought terminating cliches;whataboutism straw men red herring;"
    "bandwagon reductio ad hitlerum;bandwagon;reductio ad hitlerum;guilt by association;appeal to hypocrisy;"
    "questioning the reputation;appeal to popularity;appeal to values;straw man;red herring;whataboutism;"
    "false dilemma no choice;consequential oversimplification;conversation killer;appeal to time;"
    "obfuscation vagueness confusion;obfuscation intentional vagueness confusion;"
    "black and white fallacy dictatorship;glittering generalities virtue;smears;thought terminating cliché;"
    "misrepresentation of someone s position straw man;presenting irrelevant data red herring;transfer;"
    "appeal to strong emotions"
).split(";")
_CATEGORIES: dict[str, str | None] = (
    dict.fromkeys(UNNAMED_MARKS, "")
    | {name.replace("-", " "): name for name in CATEGORIES}
    | TECHNIQUES
    | {"name calling": "labeling", "name calling or labeling": "labeling", "labelling": "labeling"}
    | {"exaggeration or minimisation": "exaggeration", "exaggeration minimization": "exaggeration"}
    | dict.fromkeys(_WITHOUT_COUNTERPART)
)


def shown(value: Any, most: int = 60) -> str:
    """A value as it is quoted in a message: short, in one line, nothing that a terminal would obey."""
    text = value if isinstance(value, str) else repr(value)
    text = text if len(text) <= most else text[: most - 1] + "…"
    inner = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return f'"{inner}"' if isinstance(value, str) else inner


def plain_name(name: str) -> str:
    """A name without case and marks: ``Non-biased`` is ``non biased``."""
    return re.sub(r"[\W_]+", " ", name.lower()).strip()


UNNAMED = "unnamed"
"""The name of marks that got none in a tool: what they stand for is asked."""


def unnamed(layer: str) -> str:
    """The name of a mark that has none of its own: that of its layer where this says that such wording is loaded."""
    return layer if plain_name(layer) in _LOADED else UNNAMED


class Classes(dict[str, Any]):
    """The classes of a text, each with a number from 0 to 1. They exclude each other, so that they are one label."""

    __slots__ = ()


def are_classes(value: Any) -> bool:
    """Whether an object gives numbers to names of labels, and not votes to names of annotators."""
    return isinstance(value, dict) and bool(value) and all(map(is_label_name, value))


class OppositeLabel(str):
    """The name of a label that an annotator rejected: the other one of the two holds."""

    __slots__ = ()


def single(value: Any) -> Any:
    """The one label of a list or of ``choices``, None of an empty one; anything else as it is.

    Raises:
        ValueError: where they are several.
    """
    if isinstance(value, dict) and set(value) == {"choices"}:
        value = value["choices"]
    if not isinstance(value, list):
        return value
    if len(value) > 1:
        raise ValueError(f"{shown(value)} are {len(value)} labels where one is expected")
    return value[0] if value else None


def label_value(value: Any, own: Mapping[str, str]) -> float | None:
    """The number that a label stands for, not yet brought to 0 to 1; None where it says that there is none.

    Args:
        value: text, number, truth value, or a list or ``choices`` of one of them.
        own: the user's own names, by :func:`plain_name`, and the known name or number that each stands for.

    Raises:
        ValueError: where it is none; the message names the nearest known label.
    """
    if isinstance(value, Classes):
        return _of_classes(value, own)
    value = single(value)
    if value is None:
        return None
    if isinstance(value, bool | int | float):
        return _finite(float(value) if abs(value) < 1e9 else math.inf, value)
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is no label but {_kind(value)}")
    name = plain_name(value)
    try:
        number = float(own.get(name, value))
    except ValueError:
        pass
    else:
        return None if math.isnan(number) else _finite(number, value)
    name = plain_name(own[name]) if name in own else name
    if name in LABELS:
        return LABELS[name]
    if (degree := graded(name)) is not None:
        return degree
    if numbered := _NUMBERED.fullmatch(value.strip()):
        return float(numbered[1])
    if _CATEGORIES.get(name) or name in _WITHOUT_COUNTERPART:
        raise ValueError(f"{shown(value)} is a category. Categories belong to spans; label the sentence 1 or 0")
    raise ValueError(f"{shown(value)} is no known label; {_nearest(name, [key for key in LABELS if key], _SOME_LABELS)}. Correct it, or pass --map {_quoted(value)}=1 (or =0)")  # fmt: skip


def graded(name: str) -> float | None:
    """How biased a text is that is called so in words, 0 to 1: "somewhat biased" is 0.5; None for other names."""
    degree, _, known = plain_name(name).rpartition(" ")
    if known not in _ENDS or degree not in _DEGREE_OF:
        return None
    share = _DEGREE_OF[degree]
    return share if _ENDS[known] else 1 - share


def is_numbered(value: Any) -> bool:
    """Whether a value is a label's number in the form that classifiers give it where nobody named it: ``LABEL_1``."""
    return isinstance(value, str) and bool(_NUMBERED.fullmatch(value.strip()))


def _of_classes(classes: Classes, own: Mapping[str, str]) -> float | None:
    """How biased a text is by its classes; one class alone has an opposite that is not named."""
    shares: list[tuple[float, float]] = []
    for name, share in classes.items():
        if not isinstance(share, bool | int | float) or not 0 <= share <= 1:
            raise ValueError(f"{shown(classes)} does not give each class a number from 0 to 1")
        value = label_value(name, own)
        if value is not None:
            shares.append((value, float(share)))
    if len(shares) == 1:
        ((value, share),) = shares
        return share if value >= 0.5 else 1 - share
    total = sum(share for _, share in shares)
    if total and abs(total - 1) > 0.01:
        raise ValueError(f"the classes {shown(classes)} exclude each other, and add up to {total:g}")
    return sum(value * share for value, share in shares) if total else None


def is_label_name(value: Any, *, about_bias: bool = False) -> bool:
    """Whether a value is one of the known names that are no bare number; at will, of those that speak of bias."""
    if not isinstance(value, str) or not (name := plain_name(value)):
        return False
    if graded(name) is not None or (is_numbered(value) and not about_bias):
        return True
    return name in LABELS and not name.isdigit() and not (about_bias and name in _ANY_QUESTION)


def technique_category(name: str) -> str:
    """The category that a persuasion technique corresponds to, by whichever spelling; empty where there is none."""
    return TECHNIQUES.get(plain_name(name), "")


def known_category(name: str) -> tuple[str, str] | None:
    """Category and technique that a plain name stands for, one of them or both empty; None where it is not known."""
    if name not in _CATEGORIES:
        return None
    found = _CATEGORIES[name]
    return ("", name) if found is None else (found, "")


def unknown_category(name: str, known: Sequence[str] = ()) -> str:
    """What is told of a mark whose name stands for nothing.

    Args:
        name: as it stands in the data.
        known: names of the user's own categories, where those alone count.
    """
    usable = known or [key for key, value in _CATEGORIES.items() if key and value is not None]
    message = f"{shown(name)} is no known category; {_nearest(plain_name(name), usable, known or CATEGORIES)}."
    return f"{message} Correct it, or pass --map {_quoted(name)}=CATEGORY."


def known_target(name: str) -> bool:
    """Whether the right side of a mapping is a known label, number or category of ours."""
    try:
        float(name)
    except ValueError:
        return plain_name(name) in LABELS or plain_name(name) in _CATEGORIES
    return True


def listed(value: Any) -> Any:
    """A list or object that stands in a table's cell as JSON or as Python prints it; anything else as it is."""
    if not isinstance(value, str) or value.strip()[:1] not in ("[", "{"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    if len(value) > _LONGEST_LITERAL:
        return value
    import ast

    try:
        return ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return value


_LONGEST_LITERAL = 20_000  # characters; Python's own parser is slow and takes much memory


def _finite(number: float, value: Any) -> float:
    if not math.isfinite(number):
        raise ValueError(f"{shown(value)} is no usable number")
    return number


def _kind(value: Any) -> str:
    return "an object" if isinstance(value, dict) else type(value).__name__


def _nearest(name: str, usable: Sequence[str], some: Sequence[str]) -> str:
    nearest = difflib.get_close_matches(name[:80], usable, n=1, cutoff=0.6)
    return f'the nearest is "{_spelled(nearest[0])}"' if nearest else f"known are {', '.join(some[:12])}"


def _spelled(name: str) -> str:
    return next((category for category in CATEGORIES if category.replace("-", " ") == name), name)


def _quoted(name: str) -> str:
    import shlex

    return shlex.quote(shown(name, 30)[1:-1])
