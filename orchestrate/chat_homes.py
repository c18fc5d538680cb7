"""Where a customer's questions are answered: in the warehouse that it reads.

A customer that moved to one warehouse is answered from there. Everybody else is
answered from the first one, of Phase 1 or named by LLM_COSTS_CHAT_TARGET,
as long as that holds all clouds; after that, from those of Phase 2 together.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chat.cache import CachedReader
from chat.errors import SettingsError
from chat.language import PLAIN
from chat.reports import look_up_home
from chat.warehouse import WarehouseError
from chat.warehouse_choice import make_plain_reader, make_reader
from chat.warehouse_joint import JointReader, Part
from chat.warehouse_settings import read_warehouse_settings
from orchestrate.homes import (
    HOMES,
    PHASE_2,
    Home,
    held_clouds,
    phase_2_targets,
    route,
)
from orchestrate.moves import homes, read_moves
from orchestrate.routing import sources_of
from orchestrate.steps import StepFailed

if TYPE_CHECKING:
    from chat.language import Language
    from chat.scope import Scope
    from chat.service import Service
    from chat.settings import ChatSettings
    from chat.warehouse import Reader
    from orchestrate.routing import ReaderSource

logger = logging.getLogger(__name__)

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
    except (StoreError, SettingsError) as error:
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
            WarehouseError: The settings do not lead to the warehouses.
        """
        try:
            sources = sources_of(route("phase_2"))
            if len(sources) == 1 and self._has_moved(scope):
                return self._reader(sources[0].target)
            if self._is_complete():
                return self.first
            return self._joint(sources)
        except (StepFailed, SettingsError) as failure:
            logger.exception("The warehouses of Phase 2 cannot be read.")
            raise WarehouseError(
                "The warehouses that hold your figures cannot be asked."
            ) from failure

    def _is_complete(self) -> bool:
        """Whether the first warehouse still holds every cloud."""
        return set(phase_2_targets()) <= set(held_clouds(self.first.target))

    def _has_moved(self, scope: Scope) -> bool:
        is_one = scope.customers is not None and len(scope.customers) == 1
        return is_one and self._home(scope) == "phase_2"

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

    def _joint(self, sources: tuple[ReaderSource, ...]) -> Reader:
        with self._lock:
            name = "+".join(source.target for source in sources)
            if name not in self._readers:
                joint = JointReader(parts=tuple(_part(source) for source in sources))
                self._readers[name] = CachedReader(joint)
            return self._readers[name]


def _part(source: ReaderSource) -> Part:
    settings = read_warehouse_settings(target=source.target)
    return Part(
        # What it sends is put together with the rest, and kept by then only.
        reader=make_plain_reader(settings),
        providers=source.providers,
        is_shared=source.is_shared,
    )


def _moved(customer: str) -> str | None:
    """Give where the ledger of moves puts a customer: it knows before the marts do."""
    try:
        move = homes(read_moves()).get(customer)
    except StepFailed:
        # The chat may run where the repository is not; the marts know moves as well.
        return None
    return move.warehouse_home if move else None
