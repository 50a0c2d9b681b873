"""Vastine: turns support inboxes into managed complaints."""

__version__ = "0.1.0"
