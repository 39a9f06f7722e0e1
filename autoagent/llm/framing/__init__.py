"""What stands around a query, and how an answer is read: prompts in, text and code out."""
