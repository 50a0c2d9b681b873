"""What may go wrong with the database; in a room of their own, so that who only catches them need not load it."""


class StoreError(Exception):
    """The database cannot be used; the message is a sentence for the operator."""


class AnotherInstanceError(StoreError):
    """Another daemon holds the lock of this database (R13)."""


class ConflictError(StoreError):
    """Somebody recorded the same, or changed the complaint, since it was read: read and decide again."""
