"""A detector that takes its time, so that a run is killed before its end however fast the machine is."""

from __future__ import annotations

import time

import biasdetect

SECONDS = 0.03
"""What an article takes at least."""


class SlowDetector(biasdetect.Detector):
    def score(self, *arguments, **settings):
        time.sleep(SECONDS)
        return super().score(*arguments, **settings)


def load_slowly(*arguments, **settings):
    return SlowDetector(biasdetect.load(*arguments, **settings).runtime)


def open_slowly(job, threads):
    """In place of what a worker of a corpus opens."""
    from biasdetect.corpus.job import _open

    return SlowDetector(_open(job, threads).runtime)
