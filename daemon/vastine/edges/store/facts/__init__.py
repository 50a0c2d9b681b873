"""The facts that the measures are counted from, written in the transaction of what they tell of.

What follows is read off what the story says: the complaint before (its row in `facts`) and after, its events, its
mails. So a flow need not know of any of this.
"""

from vastine.edges.store.facts.answered import accepted
from vastine.edges.store.facts.forgetting import forget
from vastine.edges.store.facts.recording import record_facts

__all__ = ["accepted", "forget", "record_facts"]
