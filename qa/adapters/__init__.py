"""Our passages and answers in the terms of other tools: one file a tool, and only that file imports it."""
