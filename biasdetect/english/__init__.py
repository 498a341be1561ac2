"""Facts of English that several rooms need: which language a text is in, function words, forms of words."""
