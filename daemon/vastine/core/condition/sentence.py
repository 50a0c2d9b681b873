"""The condition of the daemon in one line, for `systemctl status`."""

from vastine.core.condition.values import Condition, Figures


def in_a_sentence(condition: Condition) -> str:
    """Such as `3 mailboxes, 2 reachable (support: login refused); 14 open complaints, 1 late; 0 mails waiting`."""
    parts = [_mailboxes(condition)]
    parts += ["the database does not answer"] if condition.figures is None else _figures(condition.figures)
    if condition.not_sending:
        parts.append(f"cannot send: {', '.join(sorted(condition.not_sending))}")
    if condition.rules_refused:
        parts.append("the rules could not be reloaded: the old ones are in force")
    if condition.silent:
        parts.append(f"no sign of life: {', '.join(condition.silent)}")
    return "; ".join(parts)


def _mailboxes(condition: Condition) -> str:
    inboxes = [state for state in condition.mailboxes if state.folder == "inbox"]
    failing = [state for state in condition.mailboxes if state.failures]
    up = sum(1 for state in inboxes if not state.failures)
    troubles = ", ".join(
        f"{state.mailbox}{'' if state.folder == 'inbox' else f' {state.folder}'}: {state.fault}" for state in failing
    )
    return f"{_count(len(inboxes), 'mailbox', 'mailboxes')}, {up} reachable" + (f" ({troubles})" if troubles else "")


def _figures(figures: Figures) -> list[str]:
    opened = _count(figures.complaints.get("open", 0), "open complaint", "open complaints")
    waiting = sum(waiting.mails for waiting in figures.outbox.values())
    parts = [f"{opened}, {figures.late} late", f"{_count(waiting, 'mail', 'mails')} waiting"]
    if quarantined := sum(figures.quarantined.values()):
        parts.append(f"{quarantined} in quarantine")
    if figures.steps_held:
        parts.append("the ladder is held, since the clock jumped")
    return parts


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
