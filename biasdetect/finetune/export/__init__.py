"""Writes a trained network as a model folder: graphs, figures, card."""
