"""What a browser sees of the assistant, and who may see it."""
