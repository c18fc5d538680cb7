"""Files that cannot be read, and what they keep from being loaded.

A month is loaded as a whole. Where only its lines tell which month a file is of, one
that cannot be read may hold lines of any month of its bill, so none of them is known to
be whole: each keeps what was loaded of it before. Months that are told otherwise, by
their folder or by a manifest, do not wait.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A file or folder whose month nobody knows.

    Attributes:
        key: Where it is below the store's root.
        error: Why it cannot be read.
        bill: The bill that it is of; '' where it may be of any.
        periods: The months that it holds; empty where it may hold any.
    """

    key: str
    error: str
    bill: str = ""
    periods: frozenset[str] = frozenset()

    def may_hold(self, bill: str, period: str) -> bool:
        """Whether lines of a month of a bill may be in it."""
        return self.bill in {"", bill} and period in (self.periods or {period})


def held_back(uri: str) -> str:
    """Say why a month is not loaded, though all that is known of it can be read.

    Args:
        uri: The file or folder that cannot be read.
    """
    return (
        f"{uri} cannot be read, and may hold lines of this month, as only they would "
        "tell. A month is loaded as a whole, so what was loaded of it before stays. "
        "Put that right, or take it away, and run again."
    )
