"""Whether what Grafana has is what is wanted: it adds defaults of its own."""

from __future__ import annotations

from typing import Any

# Stands where Grafana keeps a secret, which it never gives back.
REDACTED = "[REDACTED]"


def includes(found: Any, wanted: Any) -> bool:
    """Say whether everything that is wanted is there with its value.

    Args:
        found: What Grafana gives.
        wanted: What was, or would be, sent.
    """
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            key in found and includes(found[key], value)
            for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(map(includes, found, wanted))
        )
    return bool(found == wanted) or found == REDACTED


def holds_secrets(found: Any) -> bool:
    """Say whether something in it cannot be compared."""
    if isinstance(found, dict):
        return any(map(holds_secrets, found.values()))
    return bool(found == REDACTED)
