"""`python -m vastine.cli`, for where the command itself is not on the path."""

from vastine.cli import main

main()
