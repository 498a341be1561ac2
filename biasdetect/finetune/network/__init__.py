"""The network and one run of training it."""
