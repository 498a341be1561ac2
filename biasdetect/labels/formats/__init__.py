"""The formats that labels are read in, one module each; ``registry`` lists them."""
