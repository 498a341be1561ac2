"""Build a model by a recipe.

python training/finetune.py --recipe training/recipes/en-small.toml --out models/NAME
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from biasdetect.errors import BiasDetectError, MissingExtraError

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Exit codes: 0 done, 2 wrong usage, 3 data or base that cannot be used, 4 failure."""
    parser = argparse.ArgumentParser(description="Fine-tune a biasdetect model by a recipe.")
    parser.add_argument("--recipe", type=Path, help="the recipe, a TOML file (see training/recipes)")
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write")
    parser.add_argument("--base", help="another pretrained encoder: a folder or a hub name")
    parser.add_argument("--work", type=Path, help="checkpoints and finished stages [default: runs/NAME]; a second run goes on from there")  # fmt: skip
    parser.add_argument("--smoke", action="store_true", help="the whole path on a small sample with a tiny encoder, in a minute")  # fmt: skip
    arguments = parser.parse_args()
    if not arguments.smoke and not arguments.recipe:
        parser.error("name a recipe with --recipe, or try --smoke")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    for noisy in ("httpx2", "datasets", "torch.onnx", "onnxscript", "onnx_ir"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    try:
        try:
            import torch  # noqa: F401 - first, since without it other libraries fail in their own ways
            from transformers.utils.logging import disable_progress_bar

            from biasdetect.finetune.export.evaluation import record_evaluation
            from biasdetect.finetune.network.smoke import make_tiny_encoder
            from biasdetect.finetune.recipe.schema import read_recipe
            from biasdetect.finetune.stages import train_recipe
        except ImportError as error:
            raise MissingExtraError("Training", "train") from error
        disable_progress_bar()  # of loading and saving; training keeps its own
        recipe = read_recipe(arguments.recipe or HERE / "recipes" / "smoke.toml")
        with tempfile.TemporaryDirectory() as scratch:
            work = arguments.work or (Path(scratch) if arguments.smoke else Path("runs") / recipe.name)
            base = arguments.base
            if arguments.smoke and not base:
                texts = (HERE / "corpus" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
                base = str(make_tiny_encoder(Path(scratch) / "encoder", texts))
            if base:
                recipe = recipe.model_copy(update={"base": base, "base_terms": ""})
            train_recipe(recipe, arguments.out, work)
            record_evaluation(arguments.out, recipe)
    except BiasDetectError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 4 if isinstance(error, MissingExtraError) else 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
