"""What a model is built from: the schema of a recipe, training examples, counterfactual copies of them."""
