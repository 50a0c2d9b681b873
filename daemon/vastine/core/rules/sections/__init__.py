"""The sections of rules.yaml, each declared once: shape, whether it is required, and its line in the docs."""

from vastine.core.rules.sections.ladder import USUAL_ESCALATIONS
from vastine.core.rules.sections.reports import USUAL_DIGESTS
from vastine.core.rules.sections.table import NOT_IN_USE, SECTIONS

__all__ = ["NOT_IN_USE", "SECTIONS", "USUAL_DIGESTS", "USUAL_ESCALATIONS"]
