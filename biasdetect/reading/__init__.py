"""Reads files, pages and addresses into documents: decoding, text with its offsets, boilerplate set aside."""
