"""Fine-tuning: labelled data, the network, the trainer, export and the model card. Needs the ``train`` extra."""
