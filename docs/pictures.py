"""Make the pictures of README and the pages from examples/article.txt: python docs/pictures.py [terminal] [page] [web-page] [commented].

Needs the dev extra and, of Debian's packages, chromium, libreoffice-writer, xvfb and fonts-liberation2.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import docx
import uvicorn
from PIL import Image, ImageGrab
from playwright.sync_api import Browser, sync_playwright
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

import biasdetect
from biasdetect.report.html import LOWEST, render_page
from biasdetect.report.terminal import print_report
from biasdetect.report.word import add_comments
from biasdetect.serve.app import create_app

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
# a picture in README may load no fonts
_DISPLAY = ":77"
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def main(wanted: Sequence[str]) -> None:
    """Write those that are wanted: ``terminal``, ``page``, ``web-page``, ``commented``; all where none is named."""
    name = "examples/article.txt"
    document = replace(biasdetect.read_file(str(ROOT / name)), name=name)
    detector = biasdetect.load()
    report = detector.score(document)
    if not wanted or "terminal" in wanted:
        _terminal(report, name)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        if not wanted or "page" in wanted:
            lower = detector.score(document, threshold=LOWEST, suggest=False)
            _page(browser, render_page(report, document.source, lower))
        if not wanted or "web-page" in wanted:
            _web_page(browser, detector, ROOT / name)
        browser.close()
    if not wanted or "commented" in wanted:
        _commented(detector, ROOT / name)


def _terminal(report: biasdetect.Report, name: str) -> None:
    """The report in a terminal, narrow and wide."""
    for width in (80, 200):
        console = Console(width=width, record=True, force_terminal=True, color_system="truecolor", file=io.StringIO())
        print_report(report, console)
        picture = console.export_svg(title=f"biasdetect score {name}", code_format=_FORMAT, unique_id="report")
        (PICTURES / f"terminal-{width}.svg").write_text(picture, encoding="utf-8")


def _page(browser: Browser, page: str) -> None:
    """The HTML report, light and dark, with the worst phrase chosen."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(page, encoding="utf-8")
        for scheme in ("light", "dark"):
            window = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme, reduced_motion="reduce")  # fmt: skip
            window.goto(path.as_uri())
            window.locator(".phrase.strong").first.focus()
            picture = Image.open(io.BytesIO(window.screenshot()))
            picture.convert("RGB").quantize(200).save(PICTURES / f"page-{scheme}.png", optimize=True)


def _web_page(browser: Browser, detector: biasdetect.Detector, article: Path) -> None:
    """The page of ``biasdetect serve``, with a text in it."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(detector), log_level="warning"))
    thread = Thread(target=server.run, args=([listening],))
    thread.start()
    window = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    window.goto(f"http://127.0.0.1:{listening.getsockname()[1]}")
    window.set_input_files("#file", article)
    window.locator("#card").wait_for()
    window.locator("#sheet[data-state=quiet]").wait_for()
    window.screenshot(path=PICTURES / "web-page.png")
    window.close()
    server.should_exit = True
    thread.join()
    picture = Image.open(PICTURES / "web-page.png")
    picture.convert("RGB").quantize(200).save(PICTURES / "web-page.png", optimize=True)


def _commented(detector: biasdetect.Detector, article: Path) -> None:
    """The article as a Word document with its findings as comments, as LibreOffice shows it."""
    word = docx.Document()
    word.styles["Normal"].font.name = word.styles["Title"].font.name = "Liberation Serif"
    headline, *lines = article.read_text(encoding="utf-8").split("\n")
    word.add_heading(headline, 0)
    for line in filter(None, lines):
        word.add_paragraph(line)
    packed = io.BytesIO()
    word.save(packed)
    document = biasdetect.read(packed.getvalue(), name="draft.docx")
    commented, _ = add_comments(packed.getvalue(), detector.score(document), document.source)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "commented.docx"
        path.write_bytes(commented)
        screen = subprocess.Popen(["Xvfb", _DISPLAY, "-screen", "0", "1340x860x24"], stderr=subprocess.DEVNULL)
        time.sleep(2)
        office = subprocess.Popen(
            [
                "soffice",
                f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
                "--norestore",
                "--nologo",
                str(path),
            ],
            env={**os.environ, "DISPLAY": _DISPLAY},
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(25)
            picture = ImageGrab.grab(xdisplay=_DISPLAY).crop((110, 100, 1170, 838))  # without the tools around it
        finally:
            office.terminate()
            office.wait()
            screen.terminate()
            screen.wait()
    picture.convert("RGB").quantize(200).save(PICTURES / "commented.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
