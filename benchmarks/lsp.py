r"""The language server as an editor sees it: python benchmarks/lsp.py (--record: write benchmarks/lsp.json).

A real client over the server's pipes. In an article of some 600 words one paragraph after another is given other
sentences, and the time is taken from the end of the pause in typing to the diagnostics. A short session is kept word
for word.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

from lsprotocol import types

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from editor import Editor, editor  # noqa: E402

from biasdetect.lsp.server import DEBOUNCE  # noqa: E402

WORDS = 600
CHANGES = 40
SESSION = "# Council votes\n\nThe shameless mayor left the meeting early.\n\n“A disgrace,” said Ann Smith.\n"


def paragraphs() -> list[str]:
    """Of three sentences each, from the project's own corpus."""
    lines = (ROOT / "training" / "corpus" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    sentences = [json.loads(line)["text"] for line in lines]
    return [" ".join(sentences[first : first + 3]) for first in range(0, len(sentences) - 2, 3)]


async def changes(folder: Path) -> dict[str, Any]:
    """Times of changed paragraphs, and of opening the article."""
    spare = iter(paragraphs())
    article: list[str] = []
    while sum(len(text.split()) for text in article) < WORDS:
        article.append(next(spare))
    words = sum(len(text.split()) for text in article)
    times = []
    async with editor(folder) as session:
        await session.diagnostics(session.open("warm.txt", "The mayor left."))
        start = time.perf_counter()
        uri = session.open("article.txt", "\n\n".join(article))
        await session.diagnostics(uri)
        opened = time.perf_counter() - start
        before = _processor_seconds(session)
        for number, text in enumerate(islice(spare, CHANGES)):
            article[number % len(article)] = text
            start = time.perf_counter()
            await session.diagnostics(uri, session.type(uri, "\n\n".join(article)))
            times.append(time.perf_counter() - start - DEBOUNCE)
        busy = (_processor_seconds(session) - before) / len(times)
    return {
        "words": words,
        "paragraphs": len(article),
        "changes": len(times),
        "opened": round(1000 * opened),
        "median": round(1000 * statistics.median(times)),
        "processor_time": round(1000 * busy),
        "slowest": round(1000 * max(times)),
        "cores": os.cpu_count(),
        "processor": platform.machine(),
    }


def _processor_seconds(session: Editor) -> float:
    """What the server has taken of the processors so far, whatever else they do (Linux)."""
    facts = Path(f"/proc/{session.client._server.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")


async def session(folder: Path) -> list[list[str]]:
    """Who says what in a short session."""
    transcript: list[dict[str, Any]] = []
    async with editor(folder, transcript=transcript) as client:
        uri = client.open("article.md", SESSION, "markdown")
        found = await client.diagnostics(uri)
        await client.hover(uri, 2, 6)
        await client.actions(uri, found[0].range)
        await client.diagnostics(uri, client.type(uri, SESSION.replace("shameless ", "")))
        client.close(uri)
        await client.until(lambda: client.published[-1].version is None)
    return list(_told(transcript, client))


def _told(transcript: list[dict[str, Any]], client: Editor) -> Any:
    """One line a message: its sender, its method (an answer's is that of its request), and what it says."""
    asked: dict[str, str] = {}
    for entry in transcript:
        ((sender, message),) = entry.items()
        method = message.get("method")
        if method and "id" in message:
            asked[message["id"]] = method
        name = method or f"answer to {asked[message['id']]}"
        said = message.get("params", message.get("result"))
        if asked.get(message.get("id", "")) in (types.INITIALIZE, types.CLIENT_REGISTER_CAPABILITY):
            said = "…"
        text = (
            json.dumps(_rounded(said), ensure_ascii=False)
            .replace(client.uri("").rstrip("/"), "file:///news")
            .replace(ROOT.as_uri(), "file:///biasdetect")
        )
        yield [sender, name, "" if said in (None, {}) else text.strip('"')]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items() if inner is not None}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


def main() -> None:
    """Print the figures and the session."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve()
        recorded = {"changes": asyncio.run(changes(place)), "session": asyncio.run(session(place))}
    print(json.dumps(recorded, indent=1, ensure_ascii=False))
    if "--record" in sys.argv:
        path = ROOT / "benchmarks" / "lsp.json"
        path.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
