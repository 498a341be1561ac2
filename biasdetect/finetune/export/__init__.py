"""A trained network to a model folder: graphs, figures, card."""
