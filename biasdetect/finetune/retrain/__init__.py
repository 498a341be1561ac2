"""New labels into the model in use: training, proof, and the change of place."""
