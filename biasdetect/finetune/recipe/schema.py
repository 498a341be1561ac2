"""The schema of a recipe, which says in TOML how one model is built; unknown keys, NaN and infinity are refused."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from biasdetect.errors import DataError
from biasdetect.model.categories import CATEGORIES

SOURCE_PATHS = ("path", "texts", "reasons", "taught")
"""Keys of a source that name files or folders."""
EDITS_PATHS = ("path", "marks", "texts")
"""The same of judged edits."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Columns(_Strict):
    """Names of a source's columns; a role that is left out is not in the data.

    Attributes:
        text: the sentence or paragraph.
        label: 0 or 1, whether annotators called it biased.
        votes: list of the single annotators' 0 or 1.
        words: list of the words that the annotators agreed on.
        word_votes: mapping of a marked piece to the number of annotators who marked it.
        spans: list of ``{start, end, category or technique, voice}`` in characters.
        techniques: list of what occurs somewhere in the text.
    """

    text: str = "text"
    label: str | None = None
    votes: str | None = None
    words: str | None = None
    word_votes: str | None = None
    spans: str | None = None
    techniques: str | None = None


class DataSource(_Strict):
    """Labelled data, by local path or, where that is missing, by hub name.

    Attributes:
        path: JSON Lines (also .gz), CSV or Parquet; relative to the recipe. Where ``form`` says so, a folder of marks.
        form: ``labels``: records with labels in columns. ``standoff``: marks that point into other data
            (:mod:`biasdetect.finetune.recipe.standoff`), of ``split``. ``inline``: articles with marks in their text
            (:mod:`biasdetect.finetune.recipe.inline`). ``attributions``: articles in which it is marked who says what
            (:mod:`biasdetect.finetune.recipe.attributions`).
        texts: where ``form`` is ``standoff``, the folder of the data that the marks point into.
        below: where ``form`` is ``standoff``, the folder in ``texts`` whose files alone count; all where left out.
        hub: name on the Hugging Face hub.
        split: of the hub's data set.
        published: where the data can be got, told where neither can be read.
        terms: terms of use, for the model card.
        columns: the names of its columns.
        categories: from the data's technique names to ours; several where one covers several.
        only_label: keep only the records with this label.
        smoothing: how far labels are moved away from 0 and 1, for labels that are often wrong.
        vote_share: share of the annotators' mean vote in the sentence target.
        repeat: times that each record is seen in an epoch.
        skip: so many records at the beginning are left out.
        limit: at most so many of the others, the first ones.
        teacher_share: weight of a stage's teachers where the source has a label; the stage's own where
            left out. Careful labels need no teacher.
        word_teacher_share: the same for words; with 0 teachers say nothing of them, not even where nothing is known.
            ``teacher_share`` where left out.
        reasons: where marks are read, a file of what an editor would do about them and what they do, by the digest of the
            sentence and the start of the mark (training/marks/patterns.jsonl).
        taught: a file of a teacher's soft labels (:mod:`biasdetect.finetune.recipe.taught`), which are mixed into the targets;
            what it does not know is left out, unless wording is clearly marked in it.
        leave_out: values of a field, such as its publisher, by which articles of the form ``attributions`` are left out.
    """

    path: str | None = None
    form: Literal["labels", "standoff", "inline", "attributions"] = "labels"
    texts: str | None = None
    below: str = ""
    hub: str | None = None
    split: str = "train"
    published: str = ""
    terms: str = ""
    columns: Columns = Columns()
    categories: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    only_label: int | None = None
    smoothing: Annotated[float, Field(ge=0, lt=0.5)] = 0.0
    vote_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    repeat: Annotated[int, Field(ge=1)] = 1
    skip: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1)] | None = None
    teacher_share: Annotated[float, Field(ge=0, le=1)] | None = None
    word_teacher_share: Annotated[float, Field(ge=0, le=1)] | None = None
    reasons: str | None = None
    taught: str | None = None
    leave_out: dict[str, list[str]] = {}

    @model_validator(mode="after")
    def _usable(self) -> DataSource:
        if not (self.path or self.hub):
            raise ValueError("a source needs a path or a hub name")
        if self.form != "labels" and not self.path:
            raise ValueError(f"a source of the form {self.form!r} needs a path")
        if (self.form == "standoff") != bool(self.texts):
            raise ValueError(
                "a source of the form 'standoff' names the folder of its data under texts, and no other does"
            )
        unknown = sorted({name for names in self.categories.values() for name in names} - set(CATEGORIES))
        if unknown:
            raise ValueError(f"unknown categories {unknown}; there are {list(CATEGORIES)}")
        return self


class Stage(_Strict):
    """One run of training, or several that differ in their seed alone.

    Attributes:
        name: for logs, folders and as a reference from later stages.
        sources: names of the training data.
        start: the stage whose network it goes on from, or shares of several whose weights are
            interpolated (Wortsman et al. 2022, WiSE-FT); the pretrained encoder where empty.
        epochs: passes over the data; with 0 the interpolation itself is the result.
        learning_rate: of the encoder's top layer; the heads learn ``head_rate`` times as fast.
        layer_decay: factor from each layer to the one below (Howard and Ruder 2018).
        frozen_layers: so many layers of the encoder, from the lowest, and the embeddings below them stay as they are,
            which spares a third to a half of the time with a large encoder; with 0 all learn.
        learning: beginnings of the names of the weights that learn, such as ``sentence_head``; all others stay as they
            are. Where empty all learn.
        batch_size: sentences per step.
        warmup: share of the steps in which the rate rises.
        weight_decay: of AdamW.
        max_tokens: longer texts are cut for training.
        swap_share: share of the records that are seen once more with groups, places, names and
            pronouns swapped (:mod:`biasdetect.finetune.recipe.augment`).
        transplants: number of plain sentences that are seen once more with a loaded phrase put in.
        seeds: one network is trained per seed.
        merge: average the weights of the seeds' networks (Wortsman et al. 2022, model soups);
            without it the best seed on the development data goes on.
        teachers: names of the stages whose networks' mean predictions are targets too (distillation).
        word_teachers: names of the stages that teach words and their categories; ``teachers`` where empty.
            Networks that rank sentences best need not be those that know which words.
        teacher_share: weight of the teachers where the data has a label; they have all where it has none, unless the source
            asks them nothing.
        bf16: products in bfloat16 on a processor that has them, which halves the time; a GPU that has them uses them always.
        select_on: figure of the development data by which the best epoch is kept.
    """

    name: str
    sources: list[str] = []
    start: dict[str, Annotated[float, Field(gt=0, le=1)]] = {}
    epochs: Annotated[int, Field(ge=0)] = 1
    learning_rate: Annotated[float, Field(gt=0)] = 5e-5
    head_rate: Annotated[float, Field(gt=0)] = 5.0
    layer_decay: Annotated[float, Field(gt=0, le=1)] = 1.0
    frozen_layers: Annotated[int, Field(ge=0)] = 0
    learning: list[str] = []
    batch_size: Annotated[int, Field(ge=1)] = 32
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.06
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    max_tokens: Annotated[int, Field(ge=8)] = 160
    swap_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    transplants: Annotated[int, Field(ge=0)] = 0
    seeds: list[int] = []
    merge: bool = False
    teachers: list[str] = []
    word_teachers: list[str] = []
    teacher_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    bf16: bool = False
    select_on: str = "selection"

    @field_validator("start", mode="before")
    @classmethod
    def _one_start(cls, value: Any) -> Any:
        return ({value: 1.0} if value else {}) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _possible(self) -> Stage:
        if self.start and abs(sum(self.start.values()) - 1) > 1e-6:
            raise ValueError(f"the shares under start add up to {sum(self.start.values()):g}, not to 1")
        if self.epochs and not self.sources:
            raise ValueError("a stage that trains needs sources")
        if self.word_teachers and not self.teachers:
            raise ValueError("word_teachers need teachers for the sentences beside them")
        if not self.epochs and not self.start:
            raise ValueError("a stage of 0 epochs needs a start")
        return self

    def references(self) -> list[str]:
        """Names of the earlier stages that this one builds on."""
        return [*self.start, *self.teachers, *self.word_teachers]


class Losses(_Strict):
    """Weights of the losses next to the sentence loss, see :mod:`biasdetect.model.network`."""

    token_weight: float = 5.0
    category_weight: float = 0.5
    tie_weight: float = 0.2
    weak_weight: float = 0.3
    voice: bool = False
    voice_weight: float = 1.0
    reasons: bool = False
    reason_weight: float = 0.5
    exit_layer: Annotated[int, Field(ge=0)] = 0
    exit_weight: float = 0.3


class Edits(_Strict):
    """Edits that were judged one by one, by which the finished network learns to judge them.

    Attributes:
        path: the file (:mod:`biasdetect.finetune.recipe.judged`).
        marks: folder of the marks whose sentences they are of.
        texts: folder of the data that the marks point into.
        layers: whose states the head reads, from 1 for the lowest.
    """

    path: str
    marks: str
    texts: str
    layers: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)] = [2, 4, 6]


class Published(_Strict):
    """Figures of somebody else's model, as published; for the model card.

    Attributes:
        model: what it is.
        on: what it was measured on.
        figures: name of a figure, as in ``metrics.json``, and its value.
    """

    model: str
    on: str
    figures: dict[str, float]


class Evaluation(_Strict):
    """How the finished model is measured for its card.

    Attributes:
        sets: names of sources.
        fairness: whether the fairness suite is run.
        groups: fields of the development data, such as its outlet, by whose values decisions are told.
    """

    sets: list[str] = []
    fairness: bool = False
    groups: list[str] = []


class Quantize(_Strict):
    """What the graph in eight bits is made and judged on.

    Attributes:
        fit: names of sources of which it sees some sentences.
        measure: names of others.
    """

    fit: list[str] = []
    measure: list[str] = []


class Recipe(_Strict):
    """How a model is built.

    Attributes:
        name: of the model.
        base: pretrained encoder: a folder, a hub name, or ``package:NAME/FOLDER`` inside an
            installed Python package.
        base_terms: licence and origin of the encoder, for the card.
        language: ISO 639-1 code.
        licence: of the weights.
        seed: where a stage names none.
        development: name of the source that epochs, calibration and threshold are judged on.
        own_development: name of a source with categories and minimal pairs, measured beside it.
        phrase_development: name of a source with marked wording, whole texts as they come, on which phrases are
            calibrated and their threshold is chosen; ``development`` where left out.
        threshold: lowest score of a phrase, above 0 and below 1, where it was read off the flags in whole reports; the
            best on development data where left out.
        voice_development: name of a source that says whose words they are, on which the balance between too many and too
            few of others is struck, a little on the side of others; as the network has it where left out.
        losses: weights of the losses.
        sources: labelled data by name.
        stages: in order; the last one's network is the model.
        evaluation: how the finished model is measured.
        quantize: what ``training/quantize.py`` works on.
        edits: by which the network learns to judge edits; it does not where left out.
        published: what others' models reach, for the card.
    """

    name: str
    base: str
    base_terms: str = ""
    language: str = "en"
    licence: str = ""
    seed: int = 13
    development: str
    own_development: str
    phrase_development: str | None = None
    threshold: Annotated[float, Field(gt=0, lt=1)] | None = None
    voice_development: str | None = None
    losses: Losses = Losses()
    sources: dict[str, DataSource]
    stages: Annotated[list[Stage], Field(min_length=1)]
    evaluation: Evaluation = Evaluation()
    quantize: Quantize = Quantize()
    edits: Edits | None = None
    published: list[Published] = []

    @model_validator(mode="after")
    def _consistent(self) -> Recipe:
        used = {self.development, self.own_development} | {name for stage in self.stages for name in stage.sources}
        used |= {name for name in (self.phrase_development, self.voice_development) if name}
        used |= {*self.evaluation.sets, *self.quantize.fit, *self.quantize.measure}
        unknown = sorted(used - set(self.sources))
        if unknown:
            raise ValueError(f"sources {unknown} are used and not defined; there are {sorted(self.sources)}")
        earlier: set[str] = set()
        for stage in self.stages:
            for reference in stage.references():
                if reference not in earlier:
                    raise ValueError(f"stage {stage.name!r} refers to {reference!r}, which is no earlier stage")
            earlier.add(stage.name)
        return self

    def facts(self) -> dict[str, Any]:
        """As it is recorded with a model: without the paths of the machine that trained it."""
        return self.model_dump(
            mode="json", exclude={"sources": {"__all__": set(SOURCE_PATHS)}, "edits": set(EDITS_PATHS)}
        )


def read_recipe(path: str | Path) -> Recipe:
    """Read a recipe; paths in it are made absolute from its folder.

    Raises:
        DataError: where it is missing, no TOML, or has unknown keys or impossible values.
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"recipe {path}: cannot be read ({error.strerror}). Check the path.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"recipe {path}: is no valid TOML ({error}).") from None
    _make_absolute(data, path.resolve().parent)
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, item['loc'])) or 'recipe'}: {item['msg']}" for item in error.errors())
        raise DataError(f"recipe {path}: {problems}") from None


def _make_absolute(data: dict[str, Any], folder: Path) -> None:
    sources = data.get("sources")
    for source in sources.values() if isinstance(sources, dict) else ():
        _resolve(source, SOURCE_PATHS, folder)
    _resolve(data.get("edits"), EDITS_PATHS, folder)
    base = data.get("base")
    if isinstance(base, str) and base.startswith("."):
        data["base"] = str((folder / base).resolve())


def _resolve(table: Any, keys: Sequence[str], folder: Path) -> None:
    for key in keys if isinstance(table, dict) else ():
        if isinstance(table.get(key), str):
            table[key] = str((folder / table[key]).resolve())
