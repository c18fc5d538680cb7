"""How fast Azure may be asked: the budget of query units, kept before it is exceeded.

A tenant may use 12 units in ten seconds, 60 a minute and 600 an hour; a month of data
takes one. Whoever exceeds it is sent away, and everybody else of the tenant with him.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extract.errors import ExtractError
from extract.sources.azure_costs.settings import MAX_WAIT_SECONDS, QUERY_UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONSUMED = "x-ms-ratelimit-microsoft.costmanagement-qpu-consumed"


@dataclass(kw_only=True)
class Pace:
    """The units that this run used, and when.

    Attributes:
        clock: Tells the time in seconds.
        sleep: Lets it pass.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _used: deque[tuple[float, float]] = field(default_factory=deque)

    def wait(self) -> None:
        """Wait until the budget has room for a request."""
        seconds = self.seconds_to_wait()
        if seconds > MAX_WAIT_SECONDS:
            raise ExtractError(
                "this run has used up the 600 query units that Azure allows in an "
                f"hour, and the next one is free in {seconds:.0f} s. Run again then: "
                "what was loaded stays. A billing account or management group as "
                "scope, fewer history_periods, or an export need fewer."
            )
        if seconds > 0:
            self.sleep(seconds)

    def seconds_to_wait(self) -> float:
        """Return after how long the budget has room."""
        now, wait = self.clock(), 0.0
        for window, most in QUERY_UNITS:
            recent = [(at, units) for at, units in self._used if at > now - window]
            used = sum(units for _, units in recent)
            for at, units in recent:
                if used + 1 <= most:
                    break
                # The oldest leave the window first.
                wait = max(wait, at + window - now)
                used -= units
        return wait

    def spend(self, headers: Mapping[str, str]) -> None:
        """Note what a request took, as the answer says; one unit if it does not.

        Args:
            headers: Of the answer.
        """
        try:
            units = float(headers.get(CONSUMED, 1))
        except ValueError:
            units = 1.0
        now = self.clock()
        self._used.append((now, units))
        longest = max(window for window, _ in QUERY_UNITS)
        while self._used and self._used[0][0] <= now - longest:
            self._used.popleft()
