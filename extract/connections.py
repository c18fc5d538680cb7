"""Connections: one set of settings for dbt and dlt.

dbt's profile reads LLM_COSTS_POSTGRES_HOST and so on; here the same settings become
what dlt's destinations are opened with. Whoever configures a destination in dlt's own
way, as DESTINATION__POSTGRES__CREDENTIALS or in secrets.toml, is not overruled.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dlt

from extract.errors import ExtractError

if TYPE_CHECKING:
    from collections.abc import Callable

# What a destination's name begins with in its settings, and its usual port.
SERVERS = {
    "postgres": ("POSTGRES", 5432),
    "redshift": ("REDSHIFT", 5439),
    "mssql": ("SQLSERVER", 1433),
}

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def make_destination(name: str) -> Any:
    """Return a dlt destination that is connected as dbt's profile is."""
    if name == "postgres":
        # Imported here: whoever has no PostgreSQL needs no driver for it.
        from extract.postgres import postgres_by_copy  # noqa: PLC0415

        factory: Callable[..., Any] = postgres_by_copy
    else:
        factory = getattr(dlt.destinations, name)
    return factory(destination_name=name, **_arguments(name))


def _arguments(name: str) -> dict[str, Any]:
    arguments = _bigquery() if name == "bigquery" else {}
    if not _is_configured(name):
        credentials = _key_file() if name == "bigquery" else _server(name)
        arguments |= {"credentials": credentials} if credentials else {}
    return arguments


def _is_configured(name: str) -> bool:
    """Whether dlt's own configuration says how to connect."""
    prefix = f"DESTINATION__{name.upper()}__CREDENTIALS"
    return any(key.startswith(prefix) for key in os.environ) or bool(
        dlt.secrets.get(f"destination.{name}.credentials")
    )


def _server(name: str) -> dict[str, Any]:
    """Return the credentials of a server that is reached by host and port."""
    prefix, usual_port = SERVERS[name]
    port = _setting(f"{prefix}_PORT", str(usual_port))
    if not port.isdigit():
        raise ExtractError(f"LLM_COSTS_{prefix}_PORT is {port!r}, which is no port.")
    return {
        "host": _setting(f"{prefix}_HOST", "localhost"),
        "port": int(port),
        "username": _setting(f"{prefix}_USER", "llm_costs"),
        "password": _setting(f"{prefix}_PASSWORD", ""),
        "database": _setting(f"{prefix}_DATABASE", "llm_costs"),
        "query": _encryption(name, prefix),
    }


def _encryption(name: str, prefix: str) -> dict[str, str]:
    if name != "mssql":
        mode = _setting(f"{prefix}_SSLMODE", "prefer")
        if mode not in SSL_MODES:
            raise ExtractError(
                f"LLM_COSTS_{prefix}_SSLMODE is {mode!r}: write one of "
                f"{', '.join(SSL_MODES)}."
            )
        return {"sslmode": mode}
    is_encrypted = _flag("SQLSERVER_ENCRYPT", is_on=True)
    is_trusted = _flag("SQLSERVER_TRUST_CERT", is_on=False)
    return {
        "Encrypt": "yes" if is_encrypted else "no",
        "TrustServerCertificate": "yes" if is_trusted else "no",
        # Long text, such as tags, is sent as nvarchar(max), not as the old ntext.
        "LongAsMax": "yes",
    }


def _bigquery() -> dict[str, Any]:
    project = _setting("BIGQUERY_PROJECT", "")
    if not (project or _is_configured("bigquery")):
        raise ExtractError(
            "LLM_COSTS_BIGQUERY_PROJECT is not set: name the project that bills are "
            "loaded into (docs/warehouses/bq.md)."
        )
    return {
        "location": _setting("BIGQUERY_LOCATION", "EU"),
        **({"project_id": project} if project else {}),
    }


def _key_file() -> dict[str, Any] | None:
    """Return the service account's key, if it is to be used; else Google's usual chain.

    LLM_COSTS_BIGQUERY_METHOD decides; without it, a key file that is named is used.
    """
    name = _setting("BIGQUERY_KEYFILE", "")
    method = _setting("BIGQUERY_METHOD", "service-account" if name else "oauth")
    if method not in {"oauth", "service-account"}:
        raise ExtractError(
            f"LLM_COSTS_BIGQUERY_METHOD is {method!r}: write oauth or service-account."
        )
    if method == "oauth":
        return None
    if not name:
        raise ExtractError(
            "LLM_COSTS_BIGQUERY_METHOD is service-account, but no key file is named: "
            "set LLM_COSTS_BIGQUERY_KEYFILE."
        )
    try:
        key = json.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExtractError(
            f"The key file {name} of LLM_COSTS_BIGQUERY_KEYFILE cannot be read: {error}"
        ) from error
    if not isinstance(key, dict):
        raise ExtractError(
            f"The key file {name} of LLM_COSTS_BIGQUERY_KEYFILE is not the JSON key of "
            "a service account."
        )
    return key


def _flag(name: str, *, is_on: bool) -> bool:
    text = _setting(name, "true" if is_on else "false").lower()
    if text not in {"true", "false"}:
        raise ExtractError(f"LLM_COSTS_{name} is {text!r}: write true or false.")
    return text == "true"


def _setting(name: str, default: str) -> str:
    return os.environ.get(f"LLM_COSTS_{name}") or default
