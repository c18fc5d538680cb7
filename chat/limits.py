"""How many requests are answered in a minute: of one person, and from one address.

Whoever has a valid token is counted by it: by subject, role and customers, since an
issuer may call people of two customers alike. Whoever has none is counted by address,
and never at the cost of somebody with a token who shares it.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from chat.store.owners import kept_customers

if TYPE_CHECKING:
    from chat.auth import Person

REFUSALS_PER_MINUTE = 60
# What one household or server has of the newer addresses.
OF_ONE_NETWORK = 64


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Counts, in this process.

    Attributes:
        per_minute: Requests of one person.
        refusals_per_minute: Requests without a valid token from one address.
    """

    per_minute: int
    refusals_per_minute: int = REFUSALS_PER_MINUTE
    _counts: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )

    def allows(self, person: Person) -> bool:
        """Count a request of somebody, and say whether it is answered."""
        customers = kept_customers(person.scope)
        who = json.dumps([person.subject, person.role, customers])
        return self._hit(self.per_minute, "person", who)

    def allows_refusal(self, address: str) -> bool:
        """Count a request without a valid token, and say whether it is told why."""
        return self._hit(self.refusals_per_minute, "address", _network(address))

    def _hit(self, most: int, kind: str, who: str) -> bool:
        return self._counts.hit(RateLimitItemPerMinute(most), kind, who)


def _network(address: str) -> str:
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(read, ipaddress.IPv6Address) and read.ipv4_mapped is None:
        return str(ipaddress.ip_network((read, OF_ONE_NETWORK), strict=False))
    return str(read)
