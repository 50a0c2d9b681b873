"""The program: builds everything once, runs the loops until it is told to stop, and alone reads the clock."""

from vastine.app.daemon import App

__all__ = ["App"]
