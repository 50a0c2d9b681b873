"""A new matter: the complaint that it becomes, and whether it is acknowledged. `flows/opening.py` tells the story."""

from vastine.core.opening.acknowledgement import acknowledgement_of, told_promise
from vastine.core.opening.complaint import answer_language, new_complaint
from vastine.core.opening.values import By, Opening

__all__ = ["By", "Opening", "acknowledgement_of", "answer_language", "new_complaint", "told_promise"]
