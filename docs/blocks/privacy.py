"""docs/privacy.md: what commands leave behind."""

from __future__ import annotations

from blocks.shared import record, table


def privacy() -> str:
    """What commands left behind and whom they called, as the benchmark recorded it."""
    rows = (
        (row["what"], str(row["seconds"]), "<br>".join(row["left"]) or "none", "<br>".join(row["called"]) or "nobody")
        for row in record("benchmarks/privacy.json")["checks"]
    )
    return f"{table('| run | seconds | files left | called |', rows)}\n\nFiles beside those that the table above names."
