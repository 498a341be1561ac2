"""Is a text in the language that a model reads? Cheap tests settle nearly every text; py3langid is asked about the rest."""

from __future__ import annotations

from functools import cache
from typing import Any

from biasdetect.english.function_words import DISTINCTIVE
from biasdetect.util.patterns import lazy

UNKNOWN = "und"
"""The code, of ISO 639-2, for a language that cannot be told; its script says that it is another one."""

_WORD = lazy(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LETTER = lazy(r"[^\W\d_]")
_LATIN = lazy(r"[a-zA-Zª-ɏḀ-ỿﬀ-ﬆＡ-Ｚａ-ｚ]")
_ENOUGH = 8  # words; fewer say nothing about a language
_LEAST_ENGLISH = 0.05  # of the words of a paragraph; a headline has no more
_SAMPLE = 20_000  # characters
_SURE = 0.9
_LIKELY = 0.5  # that a language is named, where its script has settled that it is another one
# languages that are written in other letters than Latin ones
_OTHER_SCRIPTS = frozenset(
    "am ar as be bg bn dz el fa gu he hi hy ja ka km kn ko ky lo mk ml mn mr my ne or pa ps ru sa si ta te th ug uk ur yi zh".split()
)
_EITHER_SCRIPT = frozenset({"az", "kk", "ku", "sr", "tg", "tk", "tt", "uz"})
# languages so close, or so often mixed, that a text in one is not told to be in another
_KIN = ({"no", "nb", "nn", "da"}, {"hr", "bs", "sr", "sl"}, {"id", "ms"}, {"cs", "sk"}, {"af", "nl"}, {"gl", "pt"}, {"ar", "ary", "arz"}, {"zh", "wuu", "yue"}, {"de", "lb"}, {"ru", "be", "uk"})  # fmt: skip
_NAMES = {
    "ar": "Arabic", "ary": "Arabic", "arz": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian",
    "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "ms": "Malay", "nb": "Norwegian",
    "nl": "Dutch", "nn": "Norwegian", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovene", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese", "yue": "Chinese", "wuu": "Chinese", "zh": "Chinese",
}  # fmt: skip


def other_language(text: str, expected: str = "en") -> str | None:
    """The language of a text that is not the expected one, or None where it is or may be.

    A text is judged as a whole, so a quotation or a paragraph in another language changes nothing. One of a few words in
    the expected language's letters is too short to tell; letters of other scripts tell at once.

    Args:
        text: of any length; its first 20,000 characters count.
        expected: ISO 639-1 code, a region behind it allowed ("de-AT"); empty where any language will do.

    Returns:
        A code of ISO 639-1 where there is one, of ISO 639-3 for some dialects, or :data:`UNKNOWN`.
    """
    expected = base(expected)
    sample = text[:_SAMPLE].encode("utf-8", "replace").decode("utf-8")
    letters = len(_LETTER.findall(sample))
    if not expected or not letters:
        return None
    if 2 * len(_LATIN.findall(sample)) < letters and expected not in _OTHER_SCRIPTS | _EITHER_SCRIPT:
        code, probability = _identifier().classify(sample)
        return code if probability > _LIKELY and code != expected else UNKNOWN
    words = [word.lower() for word in _WORD.findall(sample)]
    if len(words) < _ENOUGH:
        return None
    english = sum(word in DISTINCTIVE for word in words) >= 0.15 * len(words)
    if english and expected == "en":
        return None
    code, probability = ("en", 1.0) if english else _identifier().classify(sample)
    return code if probability > _SURE and not _may_be(code, expected) else None


def may_be_english(text: str) -> bool:
    """Whether a paragraph may be English, by its commonest words alone; one of a few words always may."""
    words = [word.lower() for word in _WORD.findall(text)]
    return len(words) < _ENOUGH or sum(word in DISTINCTIVE for word in words) >= _LEAST_ENGLISH * len(words)


def language_name(code: str) -> str:
    """The English name of a language, its code where none is known here, and "another language" for an unknown one."""
    return "another language" if code == UNKNOWN else _NAMES.get(base(code), code)


def base(code: str) -> str:
    """The language of a code without a region: "de" of "de-AT"."""
    return code.replace("_", "-").partition("-")[0].lower()


def _may_be(code: str, expected: str) -> bool:
    """Whether a text that looks like one language may be in another; what py3langid does not know may be any."""
    if code == expected or expected not in _identifier().nb_classes:
        return True
    return any(code in kin and expected in kin for kin in _KIN)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # half a second

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
