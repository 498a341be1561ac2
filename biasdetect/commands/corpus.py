"""``biasdetect corpus``: scores many articles into one table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from biasdetect.commands import Exit
from biasdetect.commands.groups import complete_files
from biasdetect.commands.numbers import SCORE, Whole
from biasdetect.commands.tables import table_options
from biasdetect.detector import load
from biasdetect.errors import BiasDetectError, MissingExtraError, OutputError
from biasdetect.model.folder import ModelFolder, is_classifier, open_model
from biasdetect.reading.formats import TEXT_FORMATS
from biasdetect.results import Kind, Precision, Quotes

if TYPE_CHECKING:
    from biasdetect.corpus.job import EngineName

_EPILOG = """\b
Examples:
  biasdetect corpus articles.jsonl --out scored.parquet
  biasdetect corpus 2023.csv.gz 2024.csv.gz --out scored.csv --id-column url
  biasdetect corpus archive/ --out scored.parquet --workers 4
  biasdetect corpus 's3://bucket/news/*.parquet' --out scored.parquet --columns outlet,date
  biasdetect corpus articles.parquet --out scored.jsonl.gz --rows articles
  biasdetect corpus 's3://bucket/news/' --out scored.parquet --engine ray --ray-address auto

\b
Exit codes: 0 done; 2 wrong usage; 3 some articles could not be read (they are in
OUT.errors.jsonl, the others are scored); 4 failure; 5 interrupted, the same command goes on.
"""


@click.command(epilog=_EPILOG)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", shell_complete=complete_files)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The table: .parquet, .csv or .jsonl; the latter two also with .gz.")  # fmt: skip
@click.option("--rows", type=click.Choice(["articles", "sentences"]), default="sentences", show_default=True, help="A row for each article or for each sentence.")  # fmt: skip
@table_options
@click.option("--id-column", metavar="NAME", help="Column of ids, each different.  [default: file and number]")
@click.option("--columns", metavar="NAMES", help="Columns to carry along, separated by commas; empty for none.  [default: all that hold texts, numbers or dates]")  # fmt: skip
@click.option("--input-format", type=click.Choice(TEXT_FORMATS), help="Format of the texts.  [default: text in tables, recognised in files]")  # fmt: skip
@click.option("--threshold", type=SCORE, metavar="SCORE", help="Lowest score of a flagged phrase.  [default: the model's own]")  # fmt: skip
@click.option("--model", metavar="NAME", help="Model folder or hub name.  [default: the model that ships with biasdetect]")  # fmt: skip
@click.option("--quotes", type=click.Choice(get_args(Quotes)), default="mark", show_default=True, help="Other people's words: mark them without counting them, count them as the outlet's own, or skip quotations.")  # fmt: skip
@click.option("--kind", type=click.Choice(get_args(Kind)), default="news", show_default=True, help="What the articles are; in an opinion piece or a review the writer may judge.")  # fmt: skip
@click.option("--keep-boilerplate", is_flag=True, help="Score page boilerplate (pointers, share bars, credits) like prose.")  # fmt: skip
@click.option("--precision", type=click.Choice(get_args(Precision)), help="fast: eight bits where it is plain, exact near a decision.  [default: fast where the model can]")  # fmt: skip
@click.option("--device", metavar="NAME", help="Score with torch on this device, such as cuda, in one process.  [default: the processor, without torch]")  # fmt: skip
@click.option("--reprints", type=click.Choice(["mark", "ignore"]), default="mark", show_default=True, help="Articles that repeat an earlier one, word for word or nearly: mark them without scoring them again, or score them like any other.")  # fmt: skip
@click.option("--workers", type=Whole(1), metavar="N", help="Processes that score.  [default: one for each core]")  # fmt: skip
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True, help="Score on this machine, or on a Ray cluster: the same table.")  # fmt: skip
@click.option("--ray-address", metavar="ADDRESS", help="Address of the cluster.  [default: RAY_ADDRESS, else a Ray on this machine]")  # fmt: skip
@click.option("--restart", is_flag=True, help="Throw unfinished work away and begin anew.")
@click.option("--overwrite", is_flag=True, help="Put the table in the place of one that is there.")
def corpus(
    inputs: tuple[str, ...],
    out: Path,
    rows: str,
    text_column: str | None,
    id_column: str | None,
    columns: str | None,
    input_format: str | None,
    encoding: str | None,
    threshold: float | None,
    model: str | None,
    quotes: Quotes,
    kind: Kind,
    keep_boilerplate: bool,
    precision: Precision | None,
    device: str | None,
    reprints: str,
    workers: int | None,
    engine: EngineName,
    ray_address: str | None,
    restart: bool,
    overwrite: bool,
) -> int:
    """Score many articles into one table.

    INPUT is JSON, JSON Lines, CSV, TSV, .xlsx or Parquet, a document, or a folder, a pattern or an
    address (s3, gs) of them; text forms may be packed as .gz or .zst. Killed or stopped, the same command goes on.
    """
    try:
        from biasdetect.corpus.job import CorpusJob, errors_path, run_job
        from biasdetect.corpus.reprints import signature
    except ImportError as error:
        raise MissingExtraError("Scoring a corpus", "corpus") from error
    from rich.console import Console

    from biasdetect.corpus.errors import CorpusError
    from biasdetect.corpus.progress import CorpusProgress
    from biasdetect.corpus.records import Wanted
    from biasdetect.corpus.scoring import ScoringOptions

    if ray_address and engine != "ray":
        raise click.UsageError("--ray-address is for --engine ray. Pass both.")
    if reprints == "mark":
        signature("")  # reports what is not installed before a worker does
    folder = _folder(model)
    if device and precision == "fast":
        raise click.UsageError("--precision fast is for the processor. Leave it or --device out.")
    options = ScoringOptions(
        folder.config.threshold if threshold is None else threshold,
        quotes,
        kind,
        keep_boilerplate,
        reprints,  # type: ignore[arg-type]
        rows,  # type: ignore[arg-type]
        precision or ("exact" if device or folder.config.margins is None else "fast"),
        device,
    )
    carried = None if columns is None else tuple(name.strip() for name in columns.split(",") if name.strip())
    wanted = Wanted(text_column, id_column, carried, input_format, encoding)  # type: ignore[arg-type]
    job = CorpusJob(inputs, out, options, wanted, model, workers, engine, ray_address, restart, overwrite)
    progress = CorpusProgress(Console(stderr=True))
    try:
        outcome = run_job(job, folder.label, progress)
    except CorpusError as error:
        raise click.UsageError(str(error)) from error
    except OutputError as error:
        raise BiasDetectError(f"{error} What was scored is stored: the same command goes on.") from error
    finally:
        progress.close()
    click.echo(progress.summary(outcome.state), err=True)
    if outcome.interrupted:
        click.echo("Interrupted. What was scored is stored: the same command, without --restart, goes on.", err=True)
        return Exit.INTERRUPTED
    click.echo(f"Written: {out}", err=True)
    if outcome.state.errors:
        click.echo(f"What could not be read: {errors_path(out)}", err=True)
        return Exit.UNREADABLE
    return Exit.DONE


def _folder(model: str | None) -> ModelFolder:
    """The model's name and settings; only a classifier has to be loaded for them."""
    return load(model).folder if is_classifier(model) else open_model(model)
