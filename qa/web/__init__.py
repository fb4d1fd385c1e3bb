"""What a browser sees: pages, the tabs of the chat, and what is kept for each person."""
