"""Trains a model on new labels, proves it, and puts it in the place of the old one."""
