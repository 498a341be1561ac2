"""docs/develop/speed.md, and README in short: how fast it is, by what, and beside what was aimed at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blocks.shared import metrics, of_model, record, table

_ONE_ARTICLE = "biasdetect score article.txt"


def speed() -> dict[str, str]:
    """The blocks of docs/develop/speed.md and README's, from what the benchmark and the model recorded."""
    recorded, avx2, eight_bits = (record(f"benchmarks/{name}.json") for name in ("speed", "speed-avx2", "eight-bits"))
    return {
        "speed": f"{_machine(recorded['machine'])}\n\n{_starts(recorded['start'])}\n\n{_rates(recorded)}",
        "parity": _parity(metrics()["quantized"]),
        "eight-bits": _eight_bits(eight_bits),
        "early-exit": _early_exit(eight_bits),
        "speed-in-short": _in_short(recorded, avx2),
        "avx2": _as_avx2(recorded, avx2),
        "beside": _beside(record("benchmarks/beside.json")),
        "targets": _targets(recorded, avx2, eight_bits),
    }


def _machine(machine: dict[str, Any]) -> str:
    libraries = ", ".join(f"{name} {machine[name]}" for name in ("onnxruntime", "torch", "transformers", "python"))
    return f"{machine['processor']}, {machine['cores']} cores ({', '.join(machine['instructions'])}); {libraries}; {machine['model']}."  # fmt: skip


def _starts(start: dict[str, Any]) -> str:
    rows = ((f"`{name}`", f"{row['seconds']:.2f}", f"{row['peak MB']:.0f}") for name, row in start["rows"].items())
    lines = [
        f"**One article** of {start['words']} words, {start['sentences']} sentences, from the start of the process to its end:",
        "",
        table("| | seconds | peak memory, MB |", rows),
        "",
        "Where the time goes, one step after the other (the command loads the model while it reads): "
        + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in start["steps"].items()) + ".",
    ]  # fmt: skip
    return "\n".join(lines)


def _rates(recorded: dict[str, Any]) -> str:
    rates, lengths, again = recorded["throughput"], recorded["lengths"], recorded["again"]
    rows = ((row["what"], row.get("mix", ""), f"{row['rate']:.1f}", f"{row['ratio']:.1f}") for row in rates["rows"])
    threads = (
        (str(row["threads"]), *(f"{row[runtime]:.0f} a second" for runtime in ("OnnxRuntime", "FastRuntime")))
        for row in recorded["threads"]
    )
    lines = [
        f"**Many sentences** of {rates['tokens']:.0f} tokens on average, all distinct, in articles; reading, sentences, voice "
        "and phrases are in our figures:",
        "",
        table("| | which | sentences a second | times the first |", rows),
        "",
        f"Short and long sentences together take {lengths['together / apart']:.2f} of the time that they take apart. Articles "
        f"scored a second time take {again['again / first']:.0%} of the first.",
        "",
        table("| threads of one process, plain sentences, loading included | exact | fast |", threads),
    ]
    return "\n".join(lines)


def _parity(recorded: dict[str, Any]) -> str:
    ways = ("eight bits alone", "exact where near a decision")
    rows = ((name, *(f"{recorded[way][name]:.2g}" for way in ways)) for name in recorded[ways[0]])
    lines = [
        f"Beside the exact graph, on {recorded['sentences']:,} sentences that it was not fitted on:",
        "",
        table(f"| | {' | '.join(ways)} |", rows),
        "",
        f"Of these sentences, most of them chosen for being hard to tell, {recorded['computed exactly']:.0%} were computed exactly.",
    ]
    return "\n".join(lines)


def _eight_bits(recorded: dict[str, Any]) -> str:
    rows = (
        (
            row["what"],
            f"{row['a second']:.0f}",
            f"{row['mean difference']:.4f}",
            f"{row['largest difference']:.2f}",
            f"{row['decided otherwise, per 1,000']:.0f}",
        )
        for row in recorded["rows"]
    )
    lines = [
        f"On {recorded['sentences']} sentences ({recorded['of']}), one thread; the exact graph does {recorded['exact a second']:.0f} a second:",
        "",
        table("| | sentences a second | mean difference | largest | decided otherwise, per 1,000 |", rows),
        "",
        "Mean difference with one thing in eight bits and all else exact: "
        + "; ".join(f"{row['what']} {row['mean difference']:.4f}" for row in recorded["alone"]) + ".",
    ]  # fmt: skip
    return "\n".join(lines)


def _early_exit(recorded: dict[str, Any]) -> str:
    tried = recorded["early exit"]
    rows = (
        (
            row["limits"],
            f"{row['leave']:.0%}",
            f"{row['decided otherwise, per 1,000']:.1f}",
            f"{row['words of another voice, per 1,000']:.1f}",
            f"{row['rate']:.2f} times",
        )
        for row in tried["rows"]
    )
    return (
        f"{tried['model']}, limits chosen on {tried['chosen on']:,} sentences of PolNeAR's development part and measured on "
        f"{tried['measured on']:,} others:\n\n"
        + table(
            f"| limits | leave after layer {tried['layer']} | decided otherwise, per 1,000 | a word's voice decided otherwise, per 1,000 | speed |",
            rows,
        )
    )


def _in_short(recorded: dict[str, Any], avx2: dict[str, Any]) -> str:
    machine, one = recorded["machine"], avx2["start"]["rows"][_ONE_ARTICLE]
    return (
        f"On {machine['cores']} cores of {machine['processor']}, beside a roberta-base classifier in a transformers pipeline with its defaults in "
        f"the same run, `biasdetect corpus` does with AVX2 alone {_range(avx2)}; with {', '.join(machine['instructions'])} {_range(recorded)}. An "
        f"article of {avx2['start']['words']} words takes {one['seconds']:.2f} s and {one['peak MB']:.0f} MB from the start of the process to its "
        "end, with AVX2 alone."
    )


def _range(recorded: dict[str, Any]) -> str:
    slowest, *_, fastest = sorted(_corpus_rows(recorded, "fast"), key=lambda row: row["rate"])
    return (
        f"{slowest['rate']:.0f} sentences a second of {slowest['mix']} ({slowest['ratio']:.0f} times as many) to {fastest['rate']:.0f} "
        f"of {fastest['mix']} ({fastest['ratio']:.0f} times)"
    )


def _as_avx2(recorded: dict[str, Any], avx2: dict[str, Any]) -> str:
    """What is left of the figures with AVX2 alone."""
    rows = (
        (row["what"], row.get("mix", ""), *(f"{one['rate']:.1f} ({one['ratio']:.1f} times)" for one in (row, other)))
        for row, other in zip(avx2["throughput"]["rows"], recorded["throughput"]["rows"], strict=True)
    )
    starts = ", ".join(
        f"`{name}` {row['seconds']:.2f} s and {row['peak MB']:.0f} MB" for name, row in avx2["start"]["rows"].items()
    )
    header = " | ".join(", ".join(one["machine"]["instructions"]) for one in (avx2, recorded))
    return table(f"| | which | {header} |", rows) + f"\n\nOne article with AVX2 alone: {starts}."


def _beside(recorded: dict[str, Any]) -> str:
    """An earlier state and this one, measured in turns."""
    one = recorded["one article"]
    rows = [
        (f"one article of {recorded['words']} words", *(f"{one[when]['seconds']:.2f} s, {one[when]['peak MB']:.0f} MB" for when in ("before", "now")), _times(one))
    ]  # fmt: skip
    for precision in ("exact", "fast"):
        many = recorded[f"many articles, {precision}"]
        name = f"{recorded['sentences']:,} sentences of real news, {precision}"
        rows.append((name, *(f"{many[when]['seconds']:.1f} s" for when in ("before", "now")), _times(many)))
    return table(f"| start included, medians | before ({recorded['before']}) | now | times as fast |", rows)


def _times(found: dict[str, Any]) -> str:
    return f"{found['before']['seconds'] / found['now']['seconds']:.2f}"


def _targets(recorded: dict[str, Any], avx2: dict[str, Any], eight_bits: dict[str, Any]) -> str:
    """What speed was aimed at beside what was reached, and what each step gave where that is recorded."""
    aims = zip(_reached(avx2), _reached(recorded), strict=True)
    return (
        table(
            f"| aim, on two cores | AVX2 alone | {', '.join(recorded['machine']['instructions'])} |",
            ((aim, slower, faster) for (aim, slower), (_, faster) in aims),
        )
        + "\n\n"
        + table("| step | what it gave |", _steps(recorded, eight_bits["early exit"]["rows"]))
        + f"\n\nShare of `Detector.score` inside ONNX Runtime: {_inside(recorded)}. For each token the layers of roberta-base multiply "
        f"{_weights('roberta-base') / 1e6:.0f} million weights, ours {_weights('same encoder') / 1e6:.1f} million, "
        f"{_weights('roberta-base') / _weights('same encoder'):.0f} times fewer."
    )


def _reached(recorded: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for aim, precision, share in _AIMS:
        found = [row for row in _corpus_rows(recorded, precision) if share in row["mix"]]
        reached = "; ".join(f"{row['ratio']:.1f} times ({row['mix']})" for row in found) or "not recorded yet"
        yield f"`biasdetect corpus`{', exact' if precision == 'exact' else ''}, {aim}", reached
    start = recorded["start"]["rows"][_ONE_ARTICLE]
    yield "one article in 0.5 s and 250 MB at most", f"{start['seconds']:.2f} s, {start['peak MB']:.0f} MB"


_AIMS = (
    ("60 times where one sentence in six is loaded", "fast", "one in six"),
    ("40 times where half are", "fast", "half of the sentences"),
    ("40 times where half are, of real news", "fast", "news sentences (anno-lexical)"),
    ("25 times", "exact", ""),
)


def _corpus_rows(recorded: dict[str, Any], precision: str) -> list[dict[str, Any]]:
    return [row for row in recorded["throughput"]["rows"] if f"corpus, {precision}" in row["what"]]


def _steps(recorded: dict[str, Any], exits: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    passes, threads = record("benchmarks/outlet.json")["passes"], recorded["threads"][0]
    before = passes["sentences"] + 2 * passes["both speak"]
    yield (
        "one pass for the words of the outlet and of others",
        f"{passes['sentences']:,} texts run for PolNeAR's development part and not {before:,}: "
        f"in {passes['both speak']:,} of its sentences both speak",
    )
    eight = {row["mix"]: row["rate"] for row in _corpus_rows(recorded, "fast")}
    gains = [rate / row["rate"] for row in _corpus_rows(recorded, "exact") if (rate := eight.get(row["mix"]))]
    yield "eight bits, whole runs of `biasdetect corpus`", f"{min(gains):.2f} to {max(gains):.2f} times"
    plain = threads["FastRuntime"] / threads["OnnxRuntime"]
    yield "eight bits, plain sentences, one thread", f"{plain:.2f} times"
    again = recorded["run again"]
    yield (
        "a sentence's score is no decision in a report where no wording near the threshold is in it",
        f"of real news {again['in reports']:.0%} are run again exactly in `biasdetect corpus`, and not {again['elsewhere']:.0%} as elsewhere",
    )
    yield "early exit, built and left out", "; ".join(f"{row['rate']:.2f} times ({row['limits']})" for row in exits)


def _inside(recorded: dict[str, Any]) -> str:
    if "inside onnxruntime" in recorded:
        return "; ".join(f"{share:.0%} {precision}" for precision, share in recorded["inside onnxruntime"].items())
    steps = record("benchmarks/stages.json")
    model, whole = (
        steps[name]["milliseconds"] for name in ("the model, each sentence once", "all of it: detector.score")
    )
    return f"not recorded yet; with tokens and decoding, {model / whole:.0%} of one article's (`benchmarks/stages.py`{of_model(steps)})"


_SIZES = {"roberta-base": (12, 768, 3072), "same encoder": (6, 384, 1536)}  # layers, width, inner width


def _weights(encoder: str) -> int:
    """Weights of an encoder's layers by which the state of every token is multiplied."""
    layers, width, inner = _SIZES[encoder]
    return layers * (4 * width * width + 2 * width * inner)
