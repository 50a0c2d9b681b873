"""The story of an outbox row out: claimed, attempted, settled.

While the mails of one claim are on their way the next are claimed, so that no connection waits for the database;
what has ended meanwhile is settled together. A single mail on an idle desk waits for neither.
"""

from vastine.flows.dispatch.dispatcher import Dispatcher
from vastine.flows.dispatch.outbox import Outbox

__all__ = ["Dispatcher", "Outbox"]
