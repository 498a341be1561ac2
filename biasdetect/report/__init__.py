"""One module per form of output, all from a :class:`biasdetect.Report`."""
