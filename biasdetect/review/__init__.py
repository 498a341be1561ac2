"""Chooses sentences worth labelling and lets people judge them in the terminal; what they decide is training data."""
