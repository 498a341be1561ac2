"""The model folder, the runtime, and the way from logits to phrases."""
