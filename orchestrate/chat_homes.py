"""Where a customer's questions are answered: in the warehouse that it reads.

The company's own people, and account managers of several customers, are answered from
the warehouse of Phase 1 or from the one that LLM_COSTS_CHAT_TARGET names. A customer
whose clouds are in several warehouses is answered from the first one as well, as long
as that still holds all of them: no single one of the others could.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chat.language import PLAIN
from chat.reports import look_up_home
from chat.warehouse import WarehouseError
from chat.warehouse_choice import make_reader
from chat.warehouse_settings import WarehouseSettingsError, read_warehouse_settings
from orchestrate.homes import HOMES, PHASE_2, Home, require_phase_1, route
from orchestrate.moves import homes, read_moves
from orchestrate.steps import StepFailed

if TYPE_CHECKING:
    from chat.language import Language
    from chat.scope import Scope
    from chat.service import Service
    from chat.settings import ChatSettings
    from chat.warehouse import Reader

# A move holds after so many seconds.
KEPT_SECONDS = 60.0


def open_service(settings: ChatSettings, *, language: Language = PLAIN) -> Service:
    """Make what the chat's requests share, each customer at its own warehouse.

    Args:
        settings: How the chat runs.
        language: How questions are read and answers worded.

    Raises:
        StepFailed: The store cannot be opened, or the warehouse's driver is missing.
    """
    # Imported here: no other command waits for a web framework.
    from chat.service import make_service  # noqa: PLC0415
    from chat.store.database import StoreError  # noqa: PLC0415

    try:
        service = make_service(settings, language=language)
    except (StoreError, WarehouseSettingsError) as error:
        raise StepFailed(str(error)) from error
    if not os.environ.get(PHASE_2, "").strip():
        return service
    return replace(service, reader_for=ReadersByHome(first=service.reader))


@dataclass(kw_only=True)
class ReadersByHome:
    """Chooses the warehouse that answers, by who asks.

    Attributes:
        first: The warehouse that answers everybody else.
    """

    first: Reader
    _readers: dict[str, Reader] = field(default_factory=dict)
    _homes: dict[str, tuple[float, Home | None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, scope: Scope) -> Reader:
        """Give the reader of an asker.

        Raises:
            WarehouseError: No single warehouse holds all of a customer's cost.
        """
        if scope.customers is None or len(scope.customers) != 1:
            return self.first
        home = self._home(scope)
        if home is None or home == "phase_1":
            return self.first
        try:
            targets = list(route(home))
            if len(targets) > 1:
                require_phase_1()
                return self.first
            return self._reader(targets[0])
        except (StepFailed, WarehouseSettingsError) as failure:
            raise WarehouseError(
                "The warehouses that hold your figures cannot be asked together yet."
            ) from failure

    def _home(self, scope: Scope) -> Home | None:
        (customer,) = scope.customers or ("",)
        now = time.monotonic()
        with self._lock:
            kept = self._homes.get(customer)
        if kept and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        found = _moved(customer) or look_up_home(self.first, scope)
        home = next((one for one in HOMES if one == found), None)
        with self._lock:
            self._homes[customer] = (now, home)
        return home

    def _reader(self, target: str) -> Reader:
        if target == self.first.target:
            return self.first
        with self._lock:
            if target not in self._readers:
                settings = read_warehouse_settings(target=target)
                self._readers[target] = make_reader(settings)
            return self._readers[target]


def _moved(customer: str) -> str | None:
    """Give where the ledger of moves puts a customer: it knows before the marts do."""
    try:
        move = homes(read_moves()).get(customer)
    except StepFailed:
        # The chat may run where the repository is not; the marts know moves as well.
        return None
    return move.warehouse_home if move else None
