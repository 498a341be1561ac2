"""Builds a model by a recipe: its schema, the training examples, the stages in order."""
