"""Divides text into sentences and says whose words each stretch is: quotation marks, what the model hears, speakers."""
