"""The outside world: one foreign library a file, and none knows another."""
