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

NAME = "chat.audit"
log = logging.getLogger(NAME)

# More customers than this are told by their number.
MOST_NAMED = 20


def start_audit(path: Path | None = None) -> None:
    """Write the log from here on; without this it goes nowhere.

    Args:
        path: A file that is added to; by default the standard error stream, which is
            where services of containers put their logs.
    """
    if any(handler.name == NAME for handler in log.handlers):
        return
    handler: logging.Handler = logging.StreamHandler()
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
    handler.name = NAME
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
    # Whatever else writes logs would write these lines again, in a form of its own.
    log.propagate = False
    log.setLevel(logging.INFO)


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
