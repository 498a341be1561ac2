"""A classifier for scikit-learn: sentences in, calibrated probabilities out, retrained by ``fit``.

>>> from biasdetect.sklearn import BiasClassifier
>>> classifier = BiasClassifier.of()  # the model that ships, as it is
>>> classifier.predict(["The shameless mayor left.", "The mayor left."])
array([1, 0])
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from biasdetect.detector import Detector, load
from biasdetect.errors import MissingExtraError
from biasdetect.model.folder import open_model
from biasdetect.util.arguments import iterate_texts

try:
    import numpy as np
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingExtraError("The scikit-learn classifier", "train") from error

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOADED = 4  # models at a time, for a search over settings


class BiasClassifier(ClassifierMixin, BaseEstimator):
    """Tells biased sentences (1) from plain ones (0).

    ``fit`` trains a model as :func:`biasdetect.train` does, without a fast graph, and writes it to a folder of its own under
    ``folder``; the same sentences, labels and settings are trained once, and found there the next time. What is pickled, and
    what joblib sends to its workers, is that folder's path and never the weights, so the folder has to stay where it is.

    Args:
        model: to go on from: a folder or name, as for :func:`biasdetect.load`; None for the one that ships.
        base: pretrained encoder to start from instead, a folder or name on the hub.
        language: ISO 639-1 code of the sentences; None for that of the model.
        folder: in which ``fit`` makes the folders of its models.
        epochs: passes over the sentences at most; None for what suits their number.
        learning_rate: highest; None for what suits.
        batch_size: sentences per step.
        corpus: whether sentences of the project's own corpus are mixed in.
        seed: the same gives the same model on the same machine.
        threads: of the processor that a model computes on; None as for :func:`biasdetect.load`.

    Attributes:
        model_: path of the model in use, after ``fit``.
        classes_: ``[0, 1]``.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        base: str | None = None,
        language: str | None = None,
        folder: str | Path = "models",
        epochs: int | None = None,
        learning_rate: float | None = None,
        batch_size: int = 32,
        corpus: bool = True,
        seed: int = 13,
        threads: int | None = None,
    ) -> None:
        self.model = model
        self.base = base
        self.language = language
        self.folder = folder
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.corpus = corpus
        self.seed = seed
        self.threads = threads

    @classmethod
    def of(cls, model: str | Path | None = None, **settings: Any) -> Self:
        """A classifier that needs no ``fit``: a model as it is, None for the one that ships."""
        classifier = cls(model, **settings)
        return classifier._with(open_model(model).path)

    def fit(self, X: Iterable[str], y: Iterable[int]) -> Self:  # noqa: N803 - scikit-learn's names
        """Train on sentences and their labels.

        Args:
            X: sentences: a list, a column of a table, an array.
            y: of each 1 where it is biased and 0 where it is not.

        Raises:
            TypeError: for what is no text, by its position.
            ValueError: for labels that are not 0 and 1, or not as many as sentences.
            DataError: as :func:`biasdetect.train`, for fewer than 20 sentences, for two labels of one sentence, or for
            labels that are the opposite of what the model says.
        """
        texts, labels = _texts(X), _labels(y)
        if len(texts) != len(labels):
            raise ValueError(f"X has {len(texts)} sentences and y {len(labels)} labels; there has to be one for each")
        place = Path(self.folder).absolute() / f"fitted-{self._digest(texts, labels)}"
        if not place.exists():
            _train(texts, labels, place, self)
        return self._with(open_model(place).path)

    def predict_proba(self, X: Iterable[str]) -> NDArray[np.float64]:  # noqa: N803
        """Calibrated probabilities that each sentence is plain and that it is biased, (sentences, 2)."""
        check_is_fitted(self)
        scores = [sentence.score for sentence in _detector(self.model_, self.threads).score_sentences(_texts(X))]
        biased = np.array(scores, np.float64)
        return np.stack([1 - biased, biased], 1)

    def predict(self, X: Iterable[str]) -> NDArray[np.int64]:  # noqa: N803
        """1 for sentences of a probability of one half or more, else 0."""
        biased = self.predict_proba(X)[:, 1]
        return self.classes_[(biased >= 0.5).astype(int)]

    def _with(self, path: Path) -> Self:
        self.model_ = str(path.absolute())
        self.classes_ = np.array([0, 1])
        return self

    def _digest(self, texts: list[str], labels: list[int]) -> str:
        """Of all that decides which model comes of a ``fit``; where it goes on from a model, of that model's weights too."""
        settings = {name: value for name, value in self.get_params().items() if name not in ("folder", "threads")}
        start = None if self.base else open_model(self.model).fingerprint
        whole = json.dumps([texts, labels, {**settings, "model": start}], sort_keys=True, default=str)
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.input_tags.string = True
        tags.classifier_tags.multi_class = False
        tags.non_deterministic = False
        return tags


@lru_cache(maxsize=_LOADED)
def _detector(path: str, threads: int | None) -> Detector:
    """The model of a folder, loaded where it is first asked, in each process."""
    return load(path, threads=threads)


def _texts(values: Iterable[str]) -> list[str]:
    return [str(text) for text in iterate_texts("X", values, (str,))]


def _labels(values: Iterable[int]) -> list[int]:
    labels = list(values)
    if strange := next((label for label in labels if label not in (0, 1)), None):
        raise ValueError(f"y holds {strange!r}; labels are 1 for biased and 0 for plain")
    return [int(label) for label in labels]


def _train(texts: list[str], labels: list[int], place: Path, settings: BiasClassifier) -> None:
    from biasdetect.finetune.retrain.api import train
    from biasdetect.labels.records import LabelRecord

    train(
        [LabelRecord(text, label) for text, label in zip(texts, labels, strict=True)],
        place,
        model=settings.model,
        base=settings.base,
        language=settings.language,
        epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        batch_size=settings.batch_size,
        corpus=settings.corpus,
        seed=settings.seed,
        fast=False,  # it scores exactly
        resume=True,  # where one was stopped
    )
