"""Measures models on labelled data, and compares them."""
