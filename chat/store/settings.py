"""Where the store is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

URL_VARIABLE = "LLM_COSTS_CHAT_STORE_URL"
DEFAULT_URL = "sqlite:///data/chat.db"
IN_MEMORY = "sqlite://"


def read_store_url(environment: Mapping[str, str] | None = None) -> str:
    """Give the store's address.

    Args:
        environment: By default the process's own.
    """
    given = os.environ if environment is None else environment
    return given.get(URL_VARIABLE) or DEFAULT_URL
