"""Facts of English that several rooms need: language detection, function words, inflection, a or an."""
