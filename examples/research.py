"""A study from labels to a paper's tables, cell by cell: python examples/research.py [MODEL [FOLDER]].

MODEL is the one to go on from (the one that ships), FOLDER takes the new model and what is written. It reads the
labels of examples/labels/transport.csv, and takes some five minutes on two cores. docs/research/python.md explains it.
"""

# %% What is studied
import sys
from pathlib import Path

import pandas as pd

import biasdetect

HERE = Path(__file__).resolve().parent
MODEL = sys.argv[1] if len(sys.argv) > 1 else None
OUT = Path(sys.argv[2]) if len(sys.argv) > 2 else Path("research")
OUT.mkdir(exist_ok=True)

# %% Articles into a table: a row a sentence, with its score and its phrases
articles = pd.DataFrame(
    {"name": path.stem, "text": path.read_text(encoding="utf-8")}
    for path in sorted((HERE / "three-articles").glob("*.txt"))
)
detector = biasdetect.load(MODEL)
sentences = pd.DataFrame(
    {
        "article": name,
        "sentence": sentence.text,
        "score": sentence.score,
        "phrases": [phrase.text for phrase in sentence.phrases],
    }
    for name, report in zip(articles["name"], detector.score_many(articles["text"]), strict=True)
    for sentence in report.sentences
)
print(sentences.groupby("article")["score"].agg(["count", "mean", "max"]).round(3))

# %% Labels, and how good the model is on them before any training
labels = pd.read_csv(HERE / "labels" / "transport.csv")
print(labels["label"].value_counts())
before = biasdetect.evaluate({"transport": labels}, MODEL)
print(pd.DataFrame(before.rows()).pivot(index="figure", columns="model", values="value").round(3))

# %% Train on them: a part is kept apart, and the new model is compared with the old one on it
training = biasdetect.train(labels, OUT / "model", model=MODEL, learning_curve=True, replace_old=True, say=print)
print(training.verdict, *training.reasons)
print(pd.DataFrame(training.rows())[["data", "texts", "figure", "old", "new", "low", "high", "verdict"]].round(3))
for study in training.studies:
    print(study.verdict)

# %% The same comparison on other labels, which neither model has seen
other = HERE / "labels" / "corpus.jsonl"
proof = biasdetect.compare(MODEL, training.folder, other, regression=False)
print(pd.DataFrame(proof.rows())[["figure", "old", "new", "difference", "verdict"]].round(3))

# %% Tables and plots for the paper
both = biasdetect.evaluate({"other labels": other}, [MODEL, training.folder])
(OUT / "figures.tex").write_text(both.to_latex(), encoding="utf-8")
(OUT / "figures.csv").write_text(both.to_csv(), encoding="utf-8")
(OUT / "training.html").write_text(training.to_html(), encoding="utf-8")
sentences.to_json(OUT / "sentences.jsonl", orient="records", lines=True)
print(*sorted(path.name for path in OUT.iterdir()))
