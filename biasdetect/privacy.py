"""Turns off what our dependencies would send or keep about their use: imported first of all, before any of them.

ONNX Runtime reads its switch while it is imported; its own function to turn telemetry off comes too late. Processes
that are started from this one (workers, Ray, an editor's server) inherit the environment. A setting of the user's
own is left as it is. ``docs/privacy.md`` says what each switch is for and how it is tested.
"""

from __future__ import annotations

import os

SWITCHES = {
    "ORT_DISABLE_TELEMETRY": "1",  # ONNX Runtime: an id of the device, a queue of events, and their sending
    "RAY_USAGE_STATS_ENABLED": "0",  # Ray: a report of the cluster each hour
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub: versions of libraries with every request
    "HF_UPDATE_DOWNLOAD_COUNTS": "0",  # datasets: that a data set was loaded
    "DISABLE_SAFETENSORS_CONVERSION": "1",  # transformers: asks a service of the hub to convert a model that is loaded
}

for _name, _value in SWITCHES.items():
    os.environ.setdefault(_name, _value)
