"""What pages show, in words: they read, and never write."""
