"""Trains a network once: examples to batches, the Trainer, figures on development data."""
