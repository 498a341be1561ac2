"""Corpora of invented articles, some of them reprints."""

import json
import random


def sentence(source):
    who = source.choice(["mayor", "council", "minister", "harbour master", "school board"])
    what = source.choice(["presented", "shamelessly praised", "delayed", "rejected", "rammed through"])
    where = source.choice(["Lirna", "Orsa", "Port Vell", "Tamsin Bay"])
    return f"The {who} of {where} {what} plan number {source.randrange(1000)} on day {source.randrange(365)}."


def invented(number, seed=5):
    """Articles, some of them reprints: their records."""
    source = random.Random(seed)
    rows = []
    for index in range(number):
        text = " ".join(sentence(source) for _ in range(3))
        if index % 9 == 8:
            text = rows[index - 4]["text"] + " (Reuse permitted.)" * (index % 2)
        rows.append({
            "id": f"a{index}", "text": text, "outlet": source.choice(["Lirna Post", "Orsa, Daily"]), "day": "2024-05-01",
            "score": index / 2,
        })  # fmt: skip
    return rows


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Silent:
    def begin(self, state, size, column):
        pass

    compare = advance = join = lambda *_: None
