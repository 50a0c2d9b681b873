"""What Vastine takes in a second, beside the least that the same libraries could do. `python -m tests.bench`."""
