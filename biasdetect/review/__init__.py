"""People judge what the model suggests, one sentence at a time; what they decide is training data."""
