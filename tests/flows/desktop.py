"""An intake upon a store, for tests of what follows from mails that were taken in."""

from typing import Any

from flows.office import NOW, Octets, office
from vastine.core.office import Office
from vastine.core.story import Delivery
from vastine.edges.reader import Reader
from vastine.edges.store import Arrival, Store
from vastine.flows.intake import Intake, Taken


class Desktop:
    """An intake on a store; mails get UIDs in their order."""

    def __init__(self, store: Store, reader: Reader, at: Office | None = None) -> None:
        self.store, self.uid, self.at = store, 0, at or office(random=Octets("intake"))
        self.kicks = 0
        self.complaints: list[str] = []
        self.intake = Intake(store, reader, lambda: self.at, self.kick, self.complaints.append)

    def kick(self) -> None:
        self.kicks += 1

    def receive(self, *raws: bytes, mailbox: str = "support") -> list[Delivery]:
        arrivals = []
        for raw in raws:
            self.uid += 1
            arrivals.append(Arrival(uid=self.uid, raw=raw, arrived_at=NOW))
        return self.store.receive(mailbox, 7, arrivals, NOW)

    def again(self, raw: bytes, uid: int = 1) -> list[Taken]:
        """The same mail, seen at another look."""
        return self.decide(self.store.receive("support", 7, [Arrival(uid=uid, raw=raw, arrived_at=NOW)], NOW))

    def decide(self, deliveries: list[Delivery]) -> list[Taken]:
        return self.intake.take_in(self.intake.begin(deliveries), NOW)

    def take(self, *raws: bytes) -> list[str]:
        """The outcomes, in the order of the ledger."""
        self.decide(self.receive(*raws))
        return self.outcomes()

    def outcomes(self) -> list[str]:
        return [row["outcome"] for row in self.store.list_deliveries(None)]

    def complaint_count(self) -> int:
        return len(self.store.list_complaints(status=None, late_at=None, team=None))

    def mails(self, kind: str) -> list[dict[str, Any]]:
        return [mail for mail in self.store.list_outgoing() if mail["kind"] == kind]
