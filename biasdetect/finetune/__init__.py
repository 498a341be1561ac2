"""Trains models: labelled data, training, export and the model card. Needs the ``train`` extra."""
