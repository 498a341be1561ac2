"""What macros and environments of LaTeX mean to a reader of the text, beyond what pylatexenc knows of them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latex2text import get_default_latex_context_db as texts
from pylatexenc.latexwalker import LatexCharsNode, LatexToken, LatexWalker, LatexWalkerParseError
from pylatexenc.latexwalker import get_default_latex_context_db as specs
from pylatexenc.macrospec import EnvironmentSpec, MacroSpec, MacroStandardArgsParser, ParsedMacroArgs

from biasdetect.errors import InputError

MAX_TOKENS = 150_000
"""Macros, braces, marks and runs of words; a long article has 20,000."""

MAX_ENVIRONMENTS = 10_000
"""pylatexenc copies the rest of the document at each; a thesis has some hundred."""

HEADINGS = {
    "title": 1, "frametitle": 3, "framesubtitle": 4, "subtitle": 3, "part": 2, "chapter": 2, "addchap": 2, "section": 3, "addsec": 3,
    "subsection": 4, "subsubsection": 5, "paragraph": 6, "subparagraph": 7, "minisec": 6,
}  # fmt: skip
"""Level of each heading; 1 is the title of the whole."""
BYLINES = frozenset("author date institute affil affiliation address email dedication".split())
NOTES = frozenset("footnote footnotetext endnote sidenote marginpar thanks".split())
"""What stands at the foot of the page, behind the paragraph that it belongs to."""
QUOTED = frozenset("enquote say textquote blockquote foreignquote textcquote blockcquote".split())
"""Macros whose last argument stands in quotation marks."""
POINTERS = frozenset(
    "ref eqref pageref autoref cref Cref nameref vref Vref fullref hyperref* labelcref url nolinkurl path "
    "cite citet citep citealt citealp citeauthor citefullauthor citeyear citeyearpar Citet Citep Citealt Citealp Citeauthor "
    "citetext citenum parencite textcite footcite autocite fullcite footfullcite smartcite supercite Parencite Textcite "
    "Autocite citetitle citedate notecite parencites textcites autocites gls Gls glspl Glspl acrshort acrlong acrfull ac".split()
)
"""What stands for something elsewhere, and is no word of the text."""
CODE = frozenset("verb lstinline mintinline texttt code".split())
SPACES = frozenset((" ", ",", ";", ":", ">", "\\", "\n", "\t", "~", "quad", "qquad", "space", "newline", "linebreak", "hfill", "hspace", "enspace", "thinspace", "xspace", "tabularnewline"))  # fmt: skip
ENDS = frozenset(
    "par maketitle newpage clearpage cleardoublepage pagebreak bigskip medskip smallskip vspace vfill hline tableofcontents".split()
)
"""Macros that end a paragraph."""
FIRST = frozenset(("texorpdfstring", "replaced"))
"""Macros whose first argument is text."""
UNSEEN = frozenset(
    "sout st xout stkout cancel deleted todo missingfigure comment phantom hphantom vphantom index label nocite".split()
)
"""Struck out, or said about the text and not in it."""
_WORDS = frozenset(
    "emph textrm textit textbf textmd textsc textsf textsl textup textnormal text mbox fbox hbox makebox framebox parbox raisebox "
    "underline uline uuline uwave overline hl textcolor colorbox fcolorbox href hyperref foreignlanguage textlang textsuperscript textsubscript "
    "scalebox resizebox rotatebox added highlight uppercase lowercase MakeUppercase MakeLowercase lettrine term textgreek "
    "centerline leftline rightline ensuremath alert structure footnotesize".split()
)
"""Macros whose last argument is text like any other."""
_SYMBOLS = {
    "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e", "TeX": "TeX", "S": "§", "P": "¶", "copyright": "©", "pounds": "£", "textpounds": "£",
    "euro": "€", "dag": "†", "ddag": "‡", "textellipsis": "…", "textregistered": "®", "texttrademark": "™", "textdegree": "°",
    "textperiodcentered": "·", "textbullet": "•", "textasciitilde": "~", "textasciicircum": "^", "textless": "<", "textgreater": ">",
    "textbar": "|", "textquotesingle": "'", "slash": "/", "lq": "‘", "rq": "’", "today": "", "-": "", "/": "", "@": "", "!": "",
    "og": "«", "fg": "»", "guillemotleft": "«", "guillemotright": "»", "textasciigrave": "`", "nobreakdash": "",
}  # fmt: skip

QUOTATIONS = frozenset("quote quotation quoting displayquote displaycquote verse blockquote".split())
FORMULAS = frozenset(
    "equation eqnarray align gather flalign multline alignat split math displaymath dmath subequations array matrix pmatrix cases".split()
)
TABLES = frozenset("tabular tabularx tabulary longtable tabu supertabular xltabular tblr tabbing".split())
PICTURES = frozenset("tikzpicture pgfpicture picture axis circuitikz forest".split())
LISTINGS = frozenset("verbatim lstlisting minted Verbatim alltt filecontents code BVerbatim LVerbatim".split())
COMMENTS = frozenset("comment".split())
SOURCES = frozenset("thebibliography".split())

_SPECS = {
    "*[{": "part chapter section subsection subsubsection paragraph subparagraph addchap addsec caption captionof*",
    "{": (
        "subtitle frametitle framesubtitle institute affil affiliation address email dedication thanks say pageref nameref vref Vref fullref "
        "labelcref nolinkurl path index nocite sout st xout stkout cancel deleted missingfigure textnormal fbox hbox uline uuline "
        "uwave hl textsuperscript textsubscript added highlight uppercase lowercase MakeUppercase MakeLowercase term centerline "
        "leftline rightline minisec label bibliographystyle pagestyle thispagestyle graphicspath usetheme usecolortheme "
        "addtocontents subfile hyphenation pagenumbering newcounter stepcounter refstepcounter newlength vspace* title author date "
        "ac acrshort acrlong acrfull phantom alert structure column usetikzlibrary newif epigraphhead pdfbookmark markright"
    ),
    "[{": (
        "footnotetext endnote sidenote marginpar todo gls Gls glspl Glspl hyperref institute author title date addbibresource "
        "lstinputlisting caption* bibitem printbibliography* subcaption onslide"
    ),
    "[[{": (
        "parencite textcite footcite autocite fullcite footfullcite smartcite supercite Parencite Textcite Autocite citetitle citedate "
        "notecite makebox framebox"
    ),
    "*{": "enquote",
    "*[[{": "textquote blockquote",
    "[[{[{": "textcquote blockcquote",
    "{{": "def gdef edef let href foreignlanguage foreignquote epigraph scalebox texorpdfstring setlength addtolength numberwithin captionof replaced newtheorem markboth",
    "{{{": "resizebox addcontentsline",
    "{[{": "raisebox rotatebox",
    "[{{": "parbox textcolor lettrine",
    "[{{{": "multicolumn*",
    "[": "printbibliography footnotemark tableofcontents maketitle centering item onehalfspacing linebreak pagebreak",
    "": "noindent",
}  # fmt: skip
_ENVIRONMENT_SPECS = {
    "{": "multicols columns column tabbing thebibliography otherlanguage otherlanguage* frame* spacing wrapfigure*",
    "[{": "minipage displayquote* adjustbox subfigure",
    "{{": "adjustwidth adjustwidth* wrapfigure wraptable",
    "[": "displayquote quoting frame SCfigure mdframed tcolorbox letter",
    "[[{": "displaycquote",
}  # fmt: skip
# Run over at once, instead of letter by letter: words and what stands between them, save what begins a mark of LaTeX.
# An argument without braces is one letter, and is asked for in another way.
_RUN = re.compile(
    r"[^\W_](?:[^\s\\{}$%~&`'!?*\[\]-]|[ \n](?=[^\s\\{}$%~&`'!?\[\]-])|'(?!')|[!?](?!`)|-(?!-)|[*\[\]])*(?<![\s'!?-])"
)
_NAMED = re.compile(rf"^[^%\n]*?(\\(?:{'|'.join((*HEADINGS, *sorted(BYLINES)))})\b)", re.MULTILINE)
_BODY = re.compile(r"^[^%\n]*?\\begin\s*\{document\}", re.MULTILINE)
_END = re.compile(r"^[^%\n]*?(\\end\s*\{document\})", re.MULTILINE)
_DEFINED = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|def|DeclareRobustCommand)\*?\s*\{?\s*\\([A-Za-z]++)\s*+\}?+\s*+(?![\[#])"
)


def read_nodes(source: str, name: str) -> list[Any]:
    """The nodes of a document: title and authors of its preamble, and its body; all of a piece of one.

    The rest of the preamble defines what no parser of one file can know, and breaks it.

    Args:
        source: the LaTeX.
        name: for messages.

    Raises:
        InputError: where it has more marks than any article.
        RecursionError: where it is nested deeper.
    """
    if source.count("\\begin") > MAX_ENVIRONMENTS:
        raise _too_many(name, MAX_ENVIRONMENTS, "environments")
    body = _BODY.search(source)
    end = _END.search(source, body.end()) if body else None
    walker = _Walker(source[: end.start(1)] if end else source, name)
    nodes = []
    if body:
        for found in _NAMED.finditer(source, 0, body.start()):
            nodes += walker.get_latex_nodes(found.start(1), read_max_nodes=1)[0]
    return [*nodes, *walker.get_latex_nodes(body.end() if body else 0)[0]]


def _too_many(name: str, most: int, what: str) -> InputError:
    return InputError(
        f"{name or 'the text'}: has more than {most:,} {what}, which no article has. Split it into its articles."
    )


class _Walker(LatexWalker):  # type: ignore[misc]
    """pylatexenc's parser, within bounds."""

    def __init__(self, source: str, name: str) -> None:
        """Args: the LaTeX, and what messages call it."""
        self._name, self._tokens = name, 0
        super().__init__(source, latex_context=_context(), tolerant_parsing=True)

    def get_token(self, pos: int, include_brace_chars: Any = None, environments: bool = True, **options: Any) -> Any:
        """The token at a place; a run of words is one where no argument is asked for."""
        self._tokens += 1
        if self._tokens > MAX_TOKENS:
            raise _too_many(self._name, MAX_TOKENS, "macros and marks")
        token = super().get_token(pos, include_brace_chars, environments, **options)
        if token.tok != "char" or not environments or include_brace_chars:
            return token
        run = _RUN.match(self.s, token.pos)
        if run is None or len(run.group()) < 2:
            return token
        return LatexToken("char", run.group(), token.pos, len(run.group()), token.pre_space)


class _Listing(MacroStandardArgsParser):  # type: ignore[misc]
    """Takes all up to the end of an environment as it stands; pylatexenc's own knows ``verbatim`` alone."""

    def __init__(self, name: str) -> None:
        super().__init__(argspec="{")
        self._end = f"\\end{{{name}}}"

    def parse_args(self, w: Any, pos: int, parsing_state: Any = None) -> Any:
        end = w.s.find(self._end, pos)
        if end < 0:
            raise LatexWalkerParseError(f"Cannot find {self._end}", w.s, pos)
        inner = w.make_node(LatexCharsNode, parsing_state=parsing_state, chars=w.s[pos:end], pos=pos, len=end - pos)
        return ParsedMacroArgs(argspec="{", argnlist=[inner]), pos, end - pos


@cache
def _context() -> Any:
    context = specs()
    macros = [MacroSpec(name, spec) for spec, names in _SPECS.items() for name in names.split()]
    environments = [EnvironmentSpec(name, spec) for spec, names in _ENVIRONMENT_SPECS.items() for name in names.split()]
    environments += [EnvironmentSpec(name, args_parser=_Listing(name)) for name in _starred(LISTINGS | COMMENTS)]
    environments += [EnvironmentSpec(name, "", is_math_mode=True) for name in _starred(FORMULAS)]
    context.add_context_category("articles", macros, environments, [], prepend=True)
    return context


def _starred(names: frozenset[str]) -> list[str]:
    return [each for name in names for each in (name, f"{name}*")]


@cache
def _texts() -> Any:
    return texts()


def symbol(name: str) -> str | None:
    """The text that a macro without arguments stands for; None where it stands for none that is known."""
    if name in _SYMBOLS:
        return _SYMBOLS[name]
    spec = _texts().get_macro_spec(name)
    if spec is None or spec.macroname != name or spec.simplify_repl is None:
        return None
    if callable(spec.simplify_repl):
        return name if name == "%" else None
    return None if "%" in spec.simplify_repl else spec.simplify_repl


def accented(node: Any) -> str | None:
    """The text of a macro that puts an accent on a letter; None for any other macro."""
    if node.macroname not in _ACCENTS:
        return None
    return str(LatexNodes2Text(keep_comments=False).nodelist_to_text([node]))


_ACCENTS = frozenset("' ` \" ^ ~ = . c H k b d r u v".split())


def special(chars: str) -> str:
    """The text that marks such as ``--`` stand for."""
    spec = _texts().get_specials_spec(chars)
    return str(spec.simplify_repl) if spec is not None and isinstance(spec.simplify_repl, str) else chars


def has_text_argument(name: str) -> bool:
    """Whether the last argument of a macro is text like any other."""
    if name in _WORDS:
        return True
    spec = _texts().get_macro_spec(name)
    return spec is not None and spec.macroname == name and not spec.discard and spec.simplify_repl is None


def defined_macros(source: str) -> frozenset[str]:
    """Names of the macros without arguments that a document defines itself: what they stand for is not looked up."""
    return frozenset(found[1] for found in _DEFINED.finditer(source))
