"""LaTeX: what is prose in it, whose words they are, and where each character stands."""

import importlib.util

import pytest
from conftest import needs
from hypothesis import given
from hypothesis import strategies as st
from markup import check_places, in_source, no_prose, pieces, said

from biasdetect.errors import InputError
from biasdetect.reading.files import read
from biasdetect.reading.latex import read_latex


@pytest.fixture(autouse=True)
def library():
    needs(bool(importlib.util.find_spec("pylatexenc")), 'needs the formats extra: pip install ".[dev]"')


ARTICLE = r"""% A report
\documentclass[12pt]{article}
\usepackage{csquotes}
\newcommand{\party}{The Reform List}
\newcommand{\loud}[1]{\textbf{#1}}
\newenvironment{box}{\begin{center}}{\end{center}}
\title{Council \emph{rejects}\\ the bridge\thanks{Paid by nobody.}}
\author{Hanna Kowalczyk}
\begin{document}
\maketitle
\section*{The vote \label{sec:vote}}
The council of Lirna \textbf{rejected} the \href{https://lirna.example}{new
bridge}\footnote{It was the mayor's \emph{pet} project.} on Monday --- see~\ref{fig:a} and \cite[p.~4]{vell}.
It costs 5\,\% of $x^2$, un\textit{believ}able, caf\'e. % not this
\party{} won \loud{big}.

We have
\[ E = mc^2 \]
and nothing else.
\begin{itemize}
  \item First, the cost of \$5 \& more.
  \item[Second] the noise.
\end{itemize}
\begin{figure}[ht]
  \centering
  \includegraphics[width=.5\textwidth]{bridge.jpg}
  \caption{The bridge at dawn.}\label{fig:a}
\end{figure}
\begin{tabular}{ll} a & b \\ c & d \end{tabular}
\begin{lstlisting}[language=C]
int x = 1; % \end of it
\end{lstlisting}
\begin{minipage}{0.5\textwidth}Inside a box.\end{minipage}
\begin{unknown}[opt]{arg}
Inside another.
\end{unknown}
\iffalse Hidden \ifx a b \fi words. \fi
\begin{comment}
Left out.
\end{comment}
The \sout{old} mayor\todo{who?} left \verb|x_y| behind.
\begin{thebibliography}{9}
\bibitem{vell} I. Vell, \emph{Bridges}, 2020.
\end{thebibliography}
\end{document}
Ignored by all.
"""


def test_an_article_is_read_block_by_block():
    document = read(ARTICLE, name="a.tex")
    assert pieces(document) == [
        ("headline", "Council rejects the bridge"),
        ("body", "Paid by nobody."),
        ("byline or time stamp", "Hanna Kowalczyk"),
        ("body", "The vote"),
        (
            "body",
            "The council of Lirna rejected the new bridge on Monday — see \\ref{fig:a} and \\cite[p.~4]{vell}. It costs 5 % of "
            "$x^2$, unbelievable, café. \\party won big.",
        ),
        ("body", "It was the mayor's pet project."),
        ("body", "We have"),
        ("formula", "\\[ E = mc^2 \\]"),
        ("body", "and nothing else."),
        ("body", "First, the cost of $5 & more."),
        ("body", "Second the noise."),
        ("caption", "The bridge at dawn."),
        ("table", "\\begin{tabular}{ll} a & b \\\\ c & d \\end{tabular}"),
        ("code block", "\\begin{lstlisting}[language=C] int x = 1; % \\end of it \\end{lstlisting}"),
        ("body", "Inside a box."),
        ("body", "Inside another."),
        ("body", "The mayor left x_y behind."),
        ("list of sources", "I. Vell, Bridges, 2020."),
    ]
    assert document.metadata.title == "Council rejects the bridge"
    assert not document.extracted


def test_offsets_point_through_the_markup():
    document = read(ARTICLE, name="a.tex")
    check_places(document)
    assert in_source(document, "unbelievable") == r"un\textit{believ}able"
    assert in_source(document, "rejected") == "rejected"
    assert in_source(document, "new bridge on") == (
        "new\nbridge}\\footnote{It was the mayor's \\emph{pet} project.} on"
    )
    assert in_source(document, "—") == "---"
    assert in_source(document, "café") == r"caf\'e"
    assert in_source(document, "% of") == r"\% of"
    assert in_source(document, "pet project") == r"pet} project"


def test_formulas_references_and_own_macros_are_no_prose():
    found = no_prose(read(ARTICLE, name="a.tex"))
    assert found[:4] == ["\\ref{fig:a}", "\\cite[p.~4]{vell}", "$x^2$", "\\party"] and found[-1] == "x_y"


@pytest.mark.parametrize(
    ("source", "text", "words"),
    [
        ("He said ``it is mad'' twice.", "He said “it is mad” twice.", "``it is mad''"),
        ("Don't say `maybe' to the workers' union.", "Don't say ‘maybe’ to the workers' union.", "`maybe'"),
        (
            r"She saw \enquote{a \enquote{total} farce}.",
            "She saw “a ‘total’ farce”.",
            r"\enquote{a \enquote{total} farce}",
        ),
        (r"\foreignquote{german}{Nein}, he said.", "“Nein”, he said.", r"\foreignquote{german}{Nein}"),
        (r"\textcquote[4]{key}{Never} again.", "“Never” again.", r"\textcquote[4]{key}{Never}"),
        (r"\enquote{}\enquote x", "“”“x”", r"\enquote{}"),
    ],
)
def test_quotation_marks(source, text, words):
    document = read_latex(source)
    assert document.text == text
    check_places(document)
    assert words in {
        in_source(document, text[start:end]) for start in range(len(text)) for end in range(start + 2, len(text) + 1)
    }


def test_quoted_environments_are_somebody_elses_words():
    quoted = "quote quotation quoting displayquote verse".split()
    for name in quoted:
        document = read_latex(
            f"She left.\n\\begin{{{name}}}\nA disgrace,\nshe said.\n\nA farce.\n\\end{{{name}}}\nHe came."
        )
        assert said(document) == [("", "A disgrace, she said."), ("", "A farce.")]
    document = read_latex(r"\epigraph{Bridges fall.}{Bo Lind} They do.")
    assert pieces(document) == [("body", "Bridges fall."), ("attribution", "Bo Lind"), ("body", "They do.")]
    assert said(document) == [("", "Bridges fall.")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("A line % comment\nof text%\n.", "A line of text."),
        ("One \\\\ line\\newline here\\par Two", "One line here\nTwo"),
        ("\\LaTeX\\ is \\copyright{} \\S 5\\dots", "LaTeX is © §5…"),
        ('Zo\\"e M\\"{u}ller, \\AA rhus, \\c{c}a, \\o{}re', "Zoë Müller, Århus, ça, øre"),
        ("{\\bf Loud} {\\em and} \\textsc{small} \\textcolor{red}{red}", "Loud and small red"),
        ("A stray } brace \\end{foo} and \\unknown[x]{words}.", "A stray brace and [x]words."),
        ("It cost $5 million.\n\nIt was late.", "It cost $5 million.\nIt was late."),
        ("\\section{One}\r\n\r\nTwo\r\n\r\nThree", "One\nTwo\nThree"),
        ("a--b, c---d, \\textendash", "a–b, c—d, –"),
        ("\ufeffThe river rose.", "\ufeffThe river rose."),
    ],
)
def test_markup_by_the_piece(source, text):
    document = read_latex(source)
    assert document.text == text
    check_places(document)


def test_a_document_of_included_files_says_so():
    with pytest.raises(InputError, match="Name those"):
        read("\\documentclass{book}\\begin{document}\\include{one}\\input{two}\\end{document}", name="a.tex")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{" * 5_000 + "word", "nested deeper"),
        ("\\begin{a}" * 5_000 + "word", "nested deeper"),
        ("\\begin{a}word\\end{a}" * 11_000, "environments"),
        ("word\n\n" * 110_000, "macros and marks|paragraphs"),
        ("x " * 600_000, "larger than 1 MB"),
        ("% words\n", "holds no text"),
    ],
)
def test_hostile_and_empty_documents_are_refused(source, message):
    with pytest.raises(InputError, match=message):
        read(source, name="a.tex")


def test_macros_are_never_expanded():
    document = read_latex("\\newcommand{\\one}{\\two\\two}\\def\\two{\\one\\one} See \\one{} and \\two.")
    assert document.text == "See \\one and \\two." and no_prose(document) == ["\\one", "\\two"]


MARKUP = st.sampled_from(
    ["{", "}", "$", "\\[", "\\]", "\\begin{quote}", "\\end{quote}", "\\emph{", "\\item ", "\\\\", "%", "\n", "\n\n", "``", "''", "`", "'", "--", "~", "&",
     "[", "]", "\\verb|", "\\footnote{", "\\enquote{", "\\'e", "word", "Zoë ", " ", "\t", "\r\n", "\\begin{verbatim}", "\\end{verbatim}", "\\unknown",
     "\\section{", "\\iffalse", "\\fi", "\\begin{document}", "\\end{document}", "\\title{", "*", "!", "\0", "\ud800", "#1", "^", "_"]
)  # fmt: skip


@given(st.lists(MARKUP, max_size=40).map("".join))
def test_places_hold_however_broken_the_markup_is(source):
    try:
        document = read_latex(source)
    except InputError:
        return
    check_places(document)
