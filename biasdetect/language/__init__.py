"""Divides text into sentences and says whose words each stretch is: quotation marks, cues of speech, speakers."""
