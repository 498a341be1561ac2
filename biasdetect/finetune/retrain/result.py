"""What becomes of a training: the model, its figures beside the old one's, the verdict, what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from biasdetect.detector import Detector, load
from biasdetect.labels.read import Rejected

if TYPE_CHECKING:
    from biasdetect.evaluation.figures import Figures
    from biasdetect.evaluation.proof import Proof
    from biasdetect.evaluation.studies import Study

Verdict = Literal["better", "no worse", "worse", "not compared"]
"""What the proof says of the new model; ``not compared`` where there is no old one of its language."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was neither trained nor measured on.

    Attributes:
        rejected: rows that could not be read or contradict each other, with their reasons.
        unlabelled: how many texts have neither a label nor marks.
        known: how many texts were left out of the figures, since the old model was trained on them; the new one is too.
    """

    rejected: tuple[Rejected, ...] = ()
    unlabelled: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class Training:
    """The result of a training.

    Attributes:
        folder: where the new model lies.
        verdict: of the proof.
        reasons: why it is worse, or did not take the old one's place, though it was to; empty otherwise.
        proof: how it compares with the old one, figure by figure and sentence by sentence; None where there is no old one
            of its language, or nothing to compare them on.
        figures: of the new model, one a set, with the number of texts and intervals; empty where nothing was kept apart.
        previous: where the old one lies now; None where none was replaced.
        rejected: whether it was to replace a model and did not; then it lies beside that one.
        left_out: what was neither trained nor measured on.
        studies: over seeds, over folds, and by the number of labels, as far as they were asked for.
        seconds: by step, on the clock on the wall.
        metrics: all that is recorded of the new model, as in its ``metrics.json``.
    """

    folder: Path
    verdict: Verdict = "not compared"
    reasons: tuple[str, ...] = ()
    proof: Proof | None = None
    figures: tuple[Figures, ...] = ()
    previous: Path | None = None
    rejected: bool = False
    left_out: LeftOut = field(default_factory=LeftOut)
    studies: tuple[Study, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)

    @property
    def old_figures(self) -> tuple[Figures, ...]:
        """Of the old model, on the same sets; empty without a proof."""
        return tuple(comparison.old for comparison in self.proof.comparisons) if self.proof else ()

    @property
    def exact_alone(self) -> str:
        """Why the model has no fast graph, and what to do; empty where it has one, or none was asked for."""
        return str(self.metrics.get("not_quantized", ""))

    def load(self) -> Detector:
        """The new model, to score with.

        Raises:
            ModelError: where its folder was changed or moved since.
        """
        return load(self.folder)

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a figure for ``pandas.DataFrame(...)``: both models' where there is a proof, else the new one's."""
        if self.proof:
            return self.proof.rows()
        from biasdetect.evaluation.forms import figure_rows

        return figure_rows(self.figures)

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers; None where a figure is not defined."""
        return {
            "folder": str(self.folder),
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "rejected": self.rejected,
            "previous": None if self.previous is None else str(self.previous),
            "proof": self.proof.to_dict() if self.proof else None,
            "figures": [figures.to_dict() for figures in self.figures],
            "left_out": {
                "rejected": len(self.left_out.rejected),
                "unlabelled": self.left_out.unlabelled,
                "known": self.left_out.known,
            },
            "studies": [study.to_dict() for study in self.studies],
            "seconds": dict(self.seconds),
        }

    def to_html(self) -> str:
        """A page that needs nothing else: the comparison or the figures, and what studies were made."""
        from biasdetect.evaluation.study_page import render_training

        return render_training(self.proof, self.figures, self.studies)
