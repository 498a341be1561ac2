"""Files to documents: decoding, blocks, page furniture."""
