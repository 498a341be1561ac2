"""Divides text into sentences and says whose words each stretch is: quotation marks, cues of speech, what the model hears, speakers."""
