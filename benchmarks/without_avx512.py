"""Lets a process on a processor with AVX-512 compute as one with AVX2 alone would: not its clock and caches, but its instructions.

torch and numpy are told so by their own settings. ONNX Runtime has none, and asks the processor: so a copy of it is made in which
that question is always answered no. It is for measuring and lives in a temporary folder. On a processor with AVX-VNNI, which it asks
about apart, it is refused.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

SWITCH = "BIASDETECT_BENCHMARK_WITHOUT_AVX512"
"""Set in the environment of such a process."""
SETTINGS = {
    SWITCH: "1",
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL",
    "OPENBLAS_CORETYPE": "Haswell",
}
# "does the system keep the registers of AVX-512?", and the jump where it does, x86-64: in its kernels, and in what it asks for elsewhere
_QUESTIONS = (
    re.compile(rb"\x4c\x89\xc0\x48\xf7\xd0\xa8\xe0(\x0f\x84.{4})", re.DOTALL),
    re.compile(rb"\x41\x81\xf9\xe6\x00\x00\x00(\x0f\x84.{4})", re.DOTALL),
)
_NOTHING = b"\x90"


@contextmanager
def without_avx512() -> Iterator[dict[str, str]]:
    """The environment for such a process, for as long as its copy of ONNX Runtime is there.

    Raises:
        SystemExit: where the ONNX Runtime that is installed does not ask as this knows it, or the processor has AVX-VNNI.
    """
    if "avx_vnni" in Path("/proc/cpuinfo").read_text(encoding="utf-8"):
        raise SystemExit("This processor has AVX-VNNI, of which ONNX Runtime makes use by itself. Take another.")
    spec = find_spec("onnxruntime")
    if spec is None or spec.origin is None:
        raise SystemExit("onnxruntime is not installed.")
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "onnxruntime"
        shutil.copytree(Path(spec.origin).parent, copy)
        library = next(copy.glob("capi/onnxruntime_pybind11_state*.so"))
        library.write_bytes(_answered(library.read_bytes()))
        before = os.environ.get("PYTHONPATH")
        yield {**os.environ, **SETTINGS, "PYTHONPATH": os.pathsep.join(filter(None, (folder, before)))}


def _answered(code: bytes) -> bytes:
    for question in _QUESTIONS:
        found = list(question.finditer(code))
        if len(found) != 1:
            raise SystemExit(
                f"This ONNX Runtime asks for AVX-512 in {len(found)} places and not in one. Take 1.32.0, or find it anew."
            )
        first, last = found[0].span(1)
        code = code[:first] + _NOTHING * (last - first) + code[last:]
    return code
