"""Model folders, the network, runtimes, calibration, and the decoding of token logits into phrases."""
