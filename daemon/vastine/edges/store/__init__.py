"""The database: the only opener of sessions. Its functions are named for what happened; rows never leave it."""

from vastine.edges.store.figures import FigureRecords
from vastine.edges.store.folders import Folder, FolderRecords
from vastine.edges.store.gathered import GatheredRecords
from vastine.edges.store.intake import Arrival, IntakeRecords
from vastine.edges.store.ladder import LadderRecords
from vastine.edges.store.measures import MeasuresRecords
from vastine.edges.store.outbox import Claimed, OutboxRecords, Settled
from vastine.edges.store.reports import ReportRecords
from vastine.edges.store.rules import Recorded, RulesRecords
from vastine.edges.store.surveys import SurveyRecords
from vastine.edges.store.views import Views
from vastine.edges.store_errors import AnotherInstanceError, ConflictError, StoreError


class Store(
    FolderRecords,
    IntakeRecords,
    OutboxRecords,
    LadderRecords,
    GatheredRecords,
    SurveyRecords,
    ReportRecords,
    RulesRecords,
    MeasuresRecords,
    FigureRecords,
    Views,
):
    """All parts of the store upon one database."""


__all__ = [
    "AnotherInstanceError",
    "Arrival",
    "Claimed",
    "ConflictError",
    "Folder",
    "Recorded",
    "Settled",
    "Store",
    "StoreError",
]
