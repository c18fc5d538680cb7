"""Settings of the chat, read from the environment once, at its start."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chat.alerts.settings import AlertSettings, read_alert_settings
from chat.errors import SettingsError
from chat.llm.settings import LlmSettings, read_llm_settings
from chat.store.settings import IN_MEMORY, read_store_url
from chat.warehouse_settings import (
    DEFAULT_SERVING,
    WarehouseSettings,
    read_warehouse_settings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ChatSettings", "SettingsError", "read_chat_settings"]

# A shorter secret can be guessed faster than it can be changed (RFC 7518, 3.2).
SHORTEST_SECRET = 32


@dataclass(frozen=True, kw_only=True)
class ChatSettings:
    """How the chat runs.

    Attributes:
        serving: Published DuckDB copy that is read.
        secret: Key of tokens that are signed by HS256.
        jwks_url: Where the keys of tokens that are signed by RS256 are found.
        issuer: Who has to have issued a token.
        audience: Whom it has to be for.
        origins: Web pages, by origin, that may call the API.
        questions_per_minute: Of one person, by the token.
        audit_log: File of the audit log; the standard error stream without one.
        log_questions: Whether the audit log and the store hold the words of questions.
        grafana_url: Where the dashboards are, for links to them.
        store_url: Address of the store; in memory, which forgets all, by default.
        alerts: Where alerts may go.
        llm: The language model, where one is set.
        warehouse: Where the marts are; without it, the published DuckDB copy.
    """

    serving: Path
    secret: str | None = None
    jwks_url: str | None = None
    issuer: str = "llm-costs"
    audience: str = "llm-costs"
    origins: tuple[str, ...] = ()
    questions_per_minute: int = 30
    audit_log: Path | None = None
    log_questions: bool = False
    grafana_url: str | None = None
    store_url: str = IN_MEMORY
    alerts: AlertSettings = field(default_factory=AlertSettings)
    llm: LlmSettings | None = None
    warehouse: WarehouseSettings | None = None


def read_chat_settings(environment: Mapping[str, str] | None = None) -> ChatSettings:
    """Read the settings.

    Args:
        environment: By default the process's own.

    Raises:
        SettingsError: There is no key to check tokens by, or a value is wrong.
    """
    given = os.environ if environment is None else environment

    def text(name: str, default: str = "") -> str:
        return given.get(name) or default

    secret, jwks_url = (
        text("LLM_COSTS_CHAT_SECRET") or None,
        text("LLM_COSTS_CHAT_JWKS_URL") or None,
    )
    if (secret is None) == (jwks_url is None):
        raise SettingsError(
            "Tokens are checked by one key: set either LLM_COSTS_CHAT_SECRET (at least "
            f"{SHORTEST_SECRET} characters, for HS256) or LLM_COSTS_CHAT_JWKS_URL (for "
            "RS256)."
        )
    if secret is not None and len(secret.encode()) < SHORTEST_SECRET:
        raise SettingsError(
            f"LLM_COSTS_CHAT_SECRET has fewer than {SHORTEST_SECRET} characters; "
            "`python -c 'import secrets; print(secrets.token_urlsafe(48))'` makes one."
        )
    if jwks_url is not None and not jwks_url.startswith("https://"):
        raise SettingsError("LLM_COSTS_CHAT_JWKS_URL has to be an https:// address.")
    per_minute = text("LLM_COSTS_CHAT_QUESTIONS_PER_MINUTE", "30")
    if not per_minute.isdigit() or int(per_minute) < 1:
        raise SettingsError(
            f"LLM_COSTS_CHAT_QUESTIONS_PER_MINUTE={per_minute!r} is no number above 0."
        )
    origins = tuple(
        one.strip() for one in text("LLM_COSTS_CHAT_ORIGINS").split(",") if one.strip()
    )
    if "*" in origins:
        raise SettingsError(
            "LLM_COSTS_CHAT_ORIGINS names the pages that may ask, such as "
            "https://app.example.com; * would let any page ask."
        )
    for origin in origins:
        _check_origin(origin)
    return ChatSettings(
        serving=Path(given.get("LLM_COSTS_SERVING_PATH") or DEFAULT_SERVING),
        secret=secret,
        jwks_url=jwks_url,
        issuer=text("LLM_COSTS_CHAT_ISSUER", "llm-costs"),
        audience=text("LLM_COSTS_CHAT_AUDIENCE", "llm-costs"),
        origins=origins,
        questions_per_minute=int(per_minute),
        audit_log=Path(audit) if (audit := text("LLM_COSTS_CHAT_AUDIT_LOG")) else None,
        log_questions=text("LLM_COSTS_CHAT_LOG_QUESTIONS").lower()
        in {"1", "true", "yes"},
        grafana_url=_read_grafana_url(text("LLM_COSTS_GRAFANA_URL")),
        store_url=read_store_url(given),
        alerts=read_alert_settings(given),
        llm=read_llm_settings(given),
        warehouse=read_warehouse_settings(given),
    )


def _check_origin(text: str) -> None:
    """Refuse what no browser would send: it would keep the page out without a word."""
    parts = urlsplit(text)
    if f"{parts.scheme}://{parts.netloc}".lower() != text or parts.scheme not in {
        "http",
        "https",
    }:
        raise SettingsError(
            f"LLM_COSTS_CHAT_ORIGINS: {text!r} is no origin; one is written in small "
            "letters and without a path, such as https://app.example.com."
        )


def with_own_key(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Give an environment with a key that nobody has but this process, as it lasts.

    Args:
        environment: Whose other settings hold.
    """
    key = secrets.token_urlsafe(SHORTEST_SECRET)
    own = {"LLM_COSTS_CHAT_SECRET": key, "LLM_COSTS_CHAT_JWKS_URL": ""}
    return {**environment, **own}


def _read_grafana_url(text: str) -> str | None:
    if not text:
        return None
    if not text.startswith(("https://", "http://")):
        raise SettingsError(
            f"LLM_COSTS_GRAFANA_URL={text!r} has to begin with https:// or http://."
        )
    return text.rstrip("/")
