"""A model built by a recipe: its schema, the training examples, the stages in order."""
