"""The lines of docs/research/scaling.md for Spark, on a local one; pyspark is in no extra."""

import os
import re
import shutil
import sys

import pytest

pytest.importorskip("pyspark", reason="needs pyspark and Java, too large for the dev extra: pip install pyspark")
if not shutil.which("java"):
    pytest.skip("needs Java 17 or newer", allow_module_level=True)
from pyspark.sql import SparkSession


@pytest.fixture(scope="module")
def spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    yield session
    session.stop()


def test_the_function_gives_what_the_detector_says(spark, root, detector):
    page = (root / "docs" / "research" / "scaling.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.+?)```", page, re.DOTALL).group(1)
    names = {}
    exec(code, names)  # as a user would paste it
    texts = [f"The shameless mayor of ward {ward} left. She will return in May." for ward in range(20)]
    articles = spark.createDataFrame([(text,) for text in texts], "text string").repartition(3)
    rows = articles.select("text", names["bias"]("text").alias("bias")).select("text", "bias.*").collect()
    assert sorted(row["text"] for row in rows) == sorted(texts)
    for row in rows:
        report = detector.score(row["text"], suggest=False)
        assert row["score"] == pytest.approx(report.score, abs=1e-5)
        assert row["outlet_score"] == pytest.approx(report.outlet_score, abs=1e-5)
        assert row["phrases"] == [phrase.text for phrase in report.phrases if phrase.counts]
