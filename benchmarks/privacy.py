r"""What commands leave behind and whom they call, each for a minute: python benchmarks/privacy.py (--record: to a file).

Everything is run in an empty home under the watch of tests/watched.py and, where there is one, under strace, which sees
the sockets of native code too. What stays open (the library, the server, the editor's server, a Ray cluster) is kept
open for a minute: ONNX Runtime's telemetry makes its first call after ten seconds. The last line is the library with
telemetry allowed, which shows that the check can fail. Writes benchmarks/privacy.json with --record.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from watched import Watch  # noqa: E402

SECONDS = 60
ARTICLE = "The shameless mayor left. She will return in May."
LABELS = "text,label\n" + "".join(f"The {word} plan failed.,{label}\n" for word, label in (("vile", 1), ("new", 0)) * 3)
ARTICLES = "".join(json.dumps({"url": n, "text": f"{ARTICLE} He left {n} times."}) + "\n" for n in range(60))

LIBRARY = f"import biasdetect, time; biasdetect.load().score({ARTICLE!r}); time.sleep({SECONDS})"
SERVER = f"""
import json, re, subprocess, sys, time, urllib.request
process = subprocess.Popen([sys.executable, "-m", "biasdetect", "serve", "--port", "0"], stderr=subprocess.PIPE, text=True)
address = next(found.group() for line in process.stderr if (found := re.search(r"http://\\S+:\\d+", line)))
ask = urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open
ask(urllib.request.Request(address + "/v1/score", json.dumps({{"text": {ARTICLE!r}}}).encode(), {{"Content-Type": "application/json"}}))
for page in ("/", "/docs", "/metrics"):
    ask(address + page).read()
time.sleep({SECONDS})
process.terminate()
sys.exit(process.wait())
"""
EDITOR = f"""
import asyncio
from pathlib import Path
from editor import editor

async def main():
    async with editor(Path.cwd()) as session:
        await session.diagnostics(session.open("a.txt", {ARTICLE!r}))
        await asyncio.sleep({SECONDS})

asyncio.run(main())
"""
RAY = f"""
import sys, time
from biasdetect.commands.main import main
from biasdetect.corpus import cluster
with cluster.connected(None, 1):
    time.sleep({SECONDS})
    sys.argv[1:] = ["corpus", "in.jsonl", "--out", "out.jsonl", "--id-column", "url", "--engine", "ray"]
    main()
"""


@dataclass(frozen=True)
class Check:
    """Something that is run.

    Attributes:
        name: for the table.
        command: arguments of Python.
        expected: what is left, as patterns, and is told in docs/privacy.md.
        environment: variables beside those of the watch.
    """

    name: str
    command: tuple[str, ...]
    expected: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


def biasdetect(*arguments: str) -> tuple[str, ...]:
    """A command of ours."""
    return ("-m", "biasdetect", *arguments)


CHECKS = (
    Check(f"the library, open for {SECONDS} s", ("-c", LIBRARY)),
    Check("score", biasdetect("score", str(ROOT / "examples" / "article.html"))),
    Check("corpus, two processes", biasdetect("corpus", "in.jsonl", "--out", "out.parquet", "--id-column", "url", "--workers", "2")),
    Check("report", biasdetect("report", "out.parquet", "--html", "out.html"), (r"home/\.cache/matplotlib/",)),
    Check(f"corpus on Ray, open for {SECONDS} s", ("-c", RAY), (r"tmp/ray/", r"home/\.ray/auth_token")),
    Check(f"serve, open for {SECONDS} s", ("-c", SERVER)),
    Check(f"lsp, open for {SECONDS} s", ("-c", EDITOR)),
    Check("labels check", biasdetect("labels", "check", "labels.csv")),
    Check("evaluate", biasdetect("evaluate", "labels.csv")),
    Check("training/finetune.py --smoke", (str(ROOT / "training" / "finetune.py"), "--smoke", "--out", "model", "--work", "scratch")),
    Check(f"for comparison: the library for {SECONDS} s, telemetry allowed", ("-c", LIBRARY), environment={"ORT_DISABLE_TELEMETRY": "0"}),
)  # fmt: skip


def run(check: Check) -> dict[str, Any]:
    """Run something under all watches."""
    with tempfile.TemporaryDirectory() as name:
        watch = Watch(Path(name), **check.environment)
        (watch.folder / "labels.csv").write_text(LABELS, encoding="utf-8")
        (watch.folder / "in.jsonl").write_text(ARTICLES, encoding="utf-8")
        if check.name == "report":
            watch.run(*biasdetect("corpus", "in.jsonl", "--out", "out.parquet", "--id-column", "url", "--workers", "1"))
        trace = Path(name) / "trace"
        traced = ["strace", "-f", "-qq", "-e", "signal=none", "-e", "trace=connect,sendto", "-o", str(trace)]
        start = time.monotonic()
        process = subprocess.run(
            [*(traced if shutil.which("strace") else []), sys.executable, *check.command],
            cwd=watch.folder, env=watch.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if process.returncode:
            sys.exit(f"{check.name}: exit code {process.returncode}\n{process.stderr}")
        left = [path for path in watch.left() if not any(re.match(form, path) for form in check.expected)]
        called = watch.calls()
        if trace.exists():
            called += addresses(trace.read_text(encoding="utf-8", errors="replace"), watch.environment["WATCHED_HOST"])
        return {"what": check.name, "seconds": round(time.monotonic() - start), "left": left, "called": sorted(set(called))}  # fmt: skip


def addresses(trace: str, host: str) -> list[str]:
    """Addresses beside this machine's own that a native call connects to or sends to.

    8.8.8.8 stands for none: Ray connects a datagram's socket to it to learn its own address, and sends nothing.
    """
    found = re.findall(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"', trace)
    silent = {"8.8.8.8"} if not re.search(r'sendto\([^\n]*inet_addr\("8\.8\.8\.8"\)', trace) else set()
    here = {"0.0.0.0", "::", "::1", host, f"::ffff:{host}"}
    return [one for one in found if one not in here | silent and not re.match(r"(?:::ffff:)?127\.", one)]


def main() -> None:
    """Run all checks, print a line for each, fail where one but the last finds anything."""
    with ThreadPoolExecutor(3) as pool:  # most of them sleep
        results = list(pool.map(run, CHECKS))
    for result in results:
        print(f"{result['what']}: {result['seconds']} s; files left: {result['left'] or 'none'}; called: {result['called'] or 'nobody'}")  # fmt: skip
    recorded = {"strace": bool(shutil.which("strace")), "checks": results}
    if "--record" in sys.argv:
        path = ROOT / "benchmarks" / "privacy.json"
        path.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    bad = [result["what"] for result in results[:-1] if result["left"] or result["called"]]
    if bad:
        sys.exit(f"Something is left or called: {', '.join(bad)}")


if __name__ == "__main__":
    main()
