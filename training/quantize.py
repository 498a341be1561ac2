"""Give a model a second, faster graph, with matrix products in eight bits.

python training/quantize.py --recipe training/recipes/en-small.toml --model models/NAME
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
from pathlib import Path

from biasdetect.errors import BiasDetectError, DataError, MissingExtraError


def main() -> int:
    """Exit codes: 0 done, 2 wrong usage, 3 data or a model that cannot be used, 4 failure."""
    parser = argparse.ArgumentParser(description="Add a quantised graph to a model, and measure it.")
    parser.add_argument("--recipe", type=Path, required=True, help="the recipe that the model was built by")
    parser.add_argument("--model", type=Path, required=True, help="the model folder")
    parser.add_argument("--sentences", type=int, default=450, help="to fit it on, from the sources of the last stage [default: 450]")  # fmt: skip
    parser.add_argument("--held-out", type=int, default=9000, help="to measure it on, at most [default: 9000]")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    try:
        try:
            import torch  # noqa: F401 - first, since without it other libraries fail in their own ways
            from transformers.utils.logging import disable_progress_bar

            from biasdetect.finetune.export.evaluation import record_evaluation
            from biasdetect.finetune.export.quantize import add_quantized
            from biasdetect.finetune.recipe.examples import read_source
            from biasdetect.finetune.recipe.schema import read_recipe
        except ImportError as error:
            raise MissingExtraError("Quantising", "train") from error
        disable_progress_bar()
        recipe = read_recipe(arguments.recipe)
        source = random.Random(recipe.seed)

        def texts(name: str, count: int) -> list[str]:
            known = sorted({example.text for example in read_source(name, recipe.sources[name])})
            return source.sample(known, min(count, len(known)))

        fitted, measured = recipe.quantize.fit, recipe.quantize.measure
        if not fitted or not measured:
            raise DataError(
                f"{arguments.recipe} does not say what to quantise on. Name sources: [quantize] fit, measure."
            )
        record = add_quantized(
            arguments.model,
            [text for name in fitted for text in texts(name, arguments.sentences // len(fitted))],
            [text for name in measured for text in texts(name, arguments.held_out // len(measured))],
        )
        for name, value in record["exact where near a decision"].items():
            logging.info("%s: %.4g", name, value)
        record_evaluation(arguments.model, recipe)
    except BiasDetectError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 4 if isinstance(error, MissingExtraError) else 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
