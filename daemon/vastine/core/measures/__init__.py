"""What a period of work looked like in figures. Nothing is counted here: the store counts, reports show."""

from vastine.core.measures.as_json import as_json, period_json
from vastine.core.measures.values import (
    Alarm,
    Band,
    Dimension,
    Figures,
    Load,
    Measures,
    Moment,
    Period,
    Rising,
    Stuck,
)

__all__ = [
    "Alarm",
    "Band",
    "Dimension",
    "Figures",
    "Load",
    "Measures",
    "Moment",
    "Period",
    "Rising",
    "Stuck",
    "as_json",
    "period_json",
]
