"""Thinking: plain values in, plain values out. No I/O, and `now` is always an argument."""
