"""Known questions and answers, and how many of them the assistant gets right."""
