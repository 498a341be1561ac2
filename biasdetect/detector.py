"""The main line: load a model, then document, sentences with voices, scores, phrases, report, suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from biasdetect import pipeline
from biasdetect.house.rules import Rules, apply_rules
from biasdetect.model.opening import open_runtime
from biasdetect.model.runtime import Runtime
from biasdetect.reading.document import Document
from biasdetect.results import KindChoice, Precision, Quotes, Report, Sentence, Word
from biasdetect.util.arguments import iterate_texts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def load(
    name_or_path: str | Path | None = None,
    *,
    threads: int | None = None,
    device: str | None = None,
    precision: Precision = "exact",
) -> Detector:
    """Load a detector.

    Args:
        name_or_path: a model folder, a hub name (``owner/name``), or None for the model that ships with the package.
            A transformers classifier serves too: its phrases, without category, are those that raise its probability.
        threads: at least 1; the cores there are, up to four, by default. A process per core with one is fastest.
        device: of torch, such as ``cuda``; needs the ``train`` extra. The processor, without torch, by default.
        precision: ``fast`` computes in eight bits, and exactly near a decision, where the model has a graph for it.

    Raises ModelError where it is missing, incomplete, altered or no classifier; MissingExtraError where torch is missing.
    """
    return Detector(open_runtime(name_or_path, threads, device, precision))


class Detector:
    """Scores texts with one model. It is safe to share between threads; what it scored lately it does not run again.

    Attributes:
        folder: the model.
        runtime: what texts are run through.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.folder = runtime.folder
        self.runtime = runtime

    def score(
        self,
        text: str | Document,
        *,
        name: str = "",
        threshold: float | None = None,
        quotes: Quotes = "mark",
        kind: KindChoice | None = None,
        keep_boilerplate: bool = False,
        suggest: bool = True,
        rules: Rules = pipeline.NO_RULES,
    ) -> Report:
        """Score an article.

        Args:
            text: plain text, or a document from :func:`biasdetect.read` or :func:`biasdetect.read_file`.
            name: what the report calls it; a document brings its own name.
            threshold: lowest score of a flagged phrase, 0 to 1; that of the rules or the model's own by default.
            quotes: what becomes of the words of others, see :class:`biasdetect.Settings`.
            kind: what the text is read as; that of the rules or ``news`` by default; ``auto``: what it calls itself.
            keep_boilerplate: score boilerplate like prose.
            suggest: look for wording to use instead of each phrase that the outlet answers for, in English alone.
            rules: a house style's, see :mod:`biasdetect.house`; ``threshold`` and ``kind`` win over what they say.

        Raises ValueError for a setting that does not exist, TypeError for a text or a threshold that is none.
        """
        document = pipeline.as_document(text, name)
        context = pipeline.make_context(self.runtime, threshold, quotes, kind, keep_boilerplate, rules, document.genre)
        passages = pipeline.find_passages(document, context)
        readings = pipeline.read_article(passages, context)
        report = pipeline.make_report(document, passages, readings, context)
        report = apply_rules(report, document.source, context.rules_of(document))
        if suggest and pipeline.can_suggest(report, context):
            from biasdetect.suggest import add_suggestions  # what it knows of words is read where a phrase is flagged

            report = add_suggestions(report, document, readings, context)
        return report

    def score_many(self, texts: Iterable[str | Document], **settings: object) -> Iterator[Report]:
        """Score any iterable of articles as it comes, one report each, in order; settings as in :meth:`score`.

        Raises TypeError at once for one text in place of many, and in its turn for what is no text, by its position.
        """
        return (self.score(text, **settings) for text in iterate_texts("texts", texts, (str, Document)))  # type: ignore[arg-type]

    def score_sentences(self, sentences: Iterable[str], *, threshold: float | None = None) -> list[Sentence]:
        """Score any iterable of sentences as they stand: nothing split, nothing skipped, no quotation set apart.

        ``score`` is the model's calibrated probability, 0 to 1, that trained annotators would call the sentence biased,
        and 0.0 for a blank one; offsets point into the sentence. Whether it is in the model's language is not asked.

        Raises TypeError for one text in place of many and for what is no text, by its position (from 0).
        """
        texts = list(iterate_texts("sentences", sentences, (str,)))
        return pipeline.score_as_they_stand(texts, pipeline.make_context(self.runtime, threshold, "count"))

    def words(self, text: str | Document, *, keep_boilerplate: bool = False) -> list[Word]:
        """Every word of an article with the probability that it is loaded, and of each category, in order.

        It is read as :meth:`score` reads it, sentence by sentence; what is set aside as boilerplate has no words here.
        Neither threshold nor house style plays a part.

        Raises TypeError for what is no text.
        """
        document = pipeline.as_document(text)
        context = pipeline.make_context(self.runtime, None, "mark", keep_boilerplate=keep_boilerplate)
        passages = pipeline.find_passages(document, context)
        readings = pipeline.read_article(passages, context, held=False)
        return [
            word
            for passage, reading in zip(passages, readings, strict=True)
            for word in pipeline.find_scored_words(document, passage, reading.output, context)
        ]

    def embed(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """What the encoder makes of texts as they stand, for clustering, search, or a classifier of your own.

        Each is the mean of the last states of its tokens, not scaled to length 1; of a text longer than the model reads at
        once (512 tokens) the mean over its windows. A blank one is that of its two special tokens.

        Args:
            texts: any iterable of texts.

        Returns:
            (texts, size of the encoder's states), 384 for the model that ships.

        Raises TypeError for one text in place of many and for what is no text, by its position (from 0); ModelError for
        a classifier that biasdetect did not make.
        """
        return self.runtime.embed(list(iterate_texts("texts", texts, (str,))))
