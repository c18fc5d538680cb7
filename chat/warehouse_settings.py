"""Which warehouse the chat reads, and by which credentials: its own, that only read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chat.dialects import DIALECTS
from chat.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

TARGET = "LLM_COSTS_CHAT_TARGET"
DEFAULT_SERVING = "data/serving/llm_costs.duckdb"
# What settings of a server begin with, and its usual port.
SERVERS = {
    "postgres": ("POSTGRES", 5432),
    "redshift": ("REDSHIFT", 5439),
    "sqlserver": ("SQLSERVER", 1433),
}
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SECONDS, MOST_SECONDS = 20, 300
# Ten gigabytes: years of marts; a mistake costs cents.
BYTES_BILLED = 10 * 1024**3


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """A server that is reached by host and port.

    Attributes:
        host: Its name.
        port: Its port.
        database: The database of the marts.
        user: A role that may read the marts and nothing else.
        password: Its password.
        sslmode: How the connection is encrypted; PostgreSQL and Redshift.
        driver: The ODBC driver; SQL Server.
        is_encrypted: Whether the connection is; SQL Server.
        trusts_any: Whether any certificate will do; SQL Server.
    """

    host: str
    port: int
    database: str
    user: str
    password: str
    sslmode: str = "prefer"
    driver: str = ""
    is_encrypted: bool = True
    trusts_any: bool = False


@dataclass(frozen=True, kw_only=True)
class BigQuerySettings:
    """BigQuery.

    Attributes:
        project: Where the marts are, and who pays.
        location: Where the data sets are.
        keyfile: Key of a service account; without it, Google's usual chain.
        maximum_bytes_billed: What a question may read; more is refused.
    """

    project: str
    location: str
    keyfile: Path | None = None
    maximum_bytes_billed: int = BYTES_BILLED


@dataclass(frozen=True, kw_only=True)
class WarehouseSettings:
    """What the chat reads.

    Attributes:
        target: The dbt target that the marts are in.
        serving: On DuckDB, the published copy.
        server: On PostgreSQL, Redshift and SQL Server, the server.
        bigquery: On BigQuery, the project.
        seconds: Longest that a question may take.
    """

    target: str = "duckdb"
    serving: Path = Path(DEFAULT_SERVING)
    server: ServerSettings | None = None
    bigquery: BigQuerySettings | None = None
    seconds: int = SECONDS


def read_warehouse_settings(
    environment: Mapping[str, str] | None = None, *, target: str | None = None
) -> WarehouseSettings:
    """Read the settings.

    Args:
        environment: By default the process's own.
        target: By default LLM_COSTS_CHAT_TARGET, or else the warehouse of Phase 1, or
            else LLM_COSTS_TARGET.

    Raises:
        SettingsError: One is missing or wrong.
    """
    given = os.environ if environment is None else environment
    named = (TARGET, "LLM_COSTS_PHASE_1", "LLM_COSTS_TARGET")
    chosen = target or next((given[one] for one in named if given.get(one)), "duckdb")
    if chosen not in DIALECTS:
        raise SettingsError(
            f"{TARGET} is {chosen!r}; it is one of {', '.join(DIALECTS)}."
        )
    return WarehouseSettings(
        target=chosen,
        serving=Path(given.get("LLM_COSTS_SERVING_PATH") or DEFAULT_SERVING),
        server=_server(chosen, given) if chosen in SERVERS else None,
        bigquery=_bigquery(given) if chosen == "bq" else None,
        seconds=_seconds(given),
    )


def _server(target: str, given: Mapping[str, str]) -> ServerSettings:
    name, usual_port = SERVERS[target]
    prefix = f"LLM_COSTS_{name}"
    user = _own(target, given, "LLM_COSTS_CHAT_WAREHOUSE_USER")
    if not user:
        raise SettingsError(
            f"LLM_COSTS_CHAT_WAREHOUSE_USER is not set: on {target} the chat signs in "
            "as a role that may only read the marts, such as llm_costs_reader "
            f"(docs/warehouses/{target}.md)."
        )
    port = given.get(f"{prefix}_PORT") or str(usual_port)
    if not port.isdigit():
        raise SettingsError(f"{prefix}_PORT is {port!r}, which is no port.")
    sslmode = given.get(f"{prefix}_SSLMODE") or "prefer"
    if sslmode not in SSL_MODES:
        raise SettingsError(
            f"{prefix}_SSLMODE is {sslmode!r}: write one of {', '.join(SSL_MODES)}."
        )
    return ServerSettings(
        host=given.get(f"{prefix}_HOST") or "localhost",
        port=int(port),
        database=given.get(f"{prefix}_DATABASE") or "llm_costs",
        user=user,
        password=_own(target, given, "LLM_COSTS_CHAT_WAREHOUSE_PASSWORD"),
        sslmode=sslmode,
        driver=given.get("LLM_COSTS_SQLSERVER_DRIVER")
        or "ODBC Driver 18 for SQL Server",
        is_encrypted=given.get("LLM_COSTS_SQLSERVER_ENCRYPT", "").lower() != "false",
        trusts_any=given.get("LLM_COSTS_SQLSERVER_TRUST_CERT", "").lower() == "true",
    )


def _own(target: str, given: Mapping[str, str], name: str) -> str:
    """Give a setting, of the target alone where it has its own.

    As in LLM_COSTS_CHAT_WAREHOUSE_USER_REDSHIFT and
    LLM_COSTS_CHAT_WAREHOUSE_PASSWORD_REDSHIFT.
    """
    return given.get(f"{name}_{target.upper()}") or given.get(name) or ""


def _bigquery(given: Mapping[str, str]) -> BigQuerySettings:
    project = given.get("LLM_COSTS_BIGQUERY_PROJECT", "")
    if not project:
        raise SettingsError("LLM_COSTS_BIGQUERY_PROJECT is not set.")
    keyfile = given.get("LLM_COSTS_CHAT_WAREHOUSE_KEYFILE")
    limit = given.get("LLM_COSTS_CHAT_MAXIMUM_BYTES_BILLED") or str(BYTES_BILLED)
    if not limit.isdigit() or int(limit) < 1:
        raise SettingsError(
            f"LLM_COSTS_CHAT_MAXIMUM_BYTES_BILLED={limit!r} is no number above 0."
        )
    return BigQuerySettings(
        project=project,
        location=given.get("LLM_COSTS_BIGQUERY_LOCATION") or "EU",
        keyfile=Path(keyfile) if keyfile else None,
        maximum_bytes_billed=int(limit),
    )


def _seconds(given: Mapping[str, str]) -> int:
    text = given.get("LLM_COSTS_CHAT_STATEMENT_SECONDS") or str(SECONDS)
    if not text.isdigit() or not 0 < int(text) <= MOST_SECONDS:
        raise SettingsError(
            f"LLM_COSTS_CHAT_STATEMENT_SECONDS={text!r} is no number from 1 to "
            f"{MOST_SECONDS}."
        )
    return int(text)
