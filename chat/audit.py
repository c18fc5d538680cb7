"""The audit log: who was let in, what for, and whose figures that may have shown.

One JSON object per line, so that no name or question in it can begin a line of its own.
Tokens and figures are not in it; words of questions only where a setting asks for them.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from chat.auth import Person

log = logging.getLogger("chat.audit")

# More customers than this are told by their number.
MOST_NAMED = 20


def start_audit(path: Path | None = None) -> None:
    """Write the log from here on; without this it goes nowhere.

    Args:
        path: A file that is added to; by default the standard error stream, which is
            where services of containers put their logs.
    """
    if any(isinstance(handler, _Lines) for handler in log.handlers):
        return
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
    handler = _Lines(path.open("a", encoding="utf-8") if path else None)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]
    """Of the audit log alone, so that it is not added twice."""


def note(event: str, person: Person | None = None, **details: object) -> None:
    """Write a line.

    Args:
        event: What happened.
        person: Who did it, where that is known.
        details: What else there is to know.
    """
    told: dict[str, object] = {"at": datetime.now(UTC).isoformat(), "event": event}
    if person:
        told |= {
            "subject": person.subject,
            "role": person.role,
            "customers": _customers(person),
        }
    log.info("%s", json.dumps(told | details, default=str))


def _customers(person: Person) -> object:
    named = person.scope.customers
    if named is None:
        return "all"
    return sorted(named) if len(named) <= MOST_NAMED else len(named)
