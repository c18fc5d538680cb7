"""What keeps a run from reaching the warehouse, said with the settings that lead there.

Drivers, Google's client and dlt's configuration each have errors of their own; what
none of them knows is by which setting a person of this project puts it right.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from dlt.common.configuration.exceptions import ConfigurationException
from dlt.common.exceptions import (
    MissingDependencyException,
    SystemConfigurationException,
)

from extract.errors import ExtractError, first_line

if TYPE_CHECKING:
    from collections.abc import Iterator

# By dlt's destination: the target, and what its settings begin with.
NAMES = {
    "duckdb": ("duckdb", "DUCKDB"),
    "postgres": ("postgres", "POSTGRES"),
    "redshift": ("redshift", "REDSHIFT"),
    "bigquery": ("bq", "BIGQUERY"),
    "mssql": ("sqlserver", "SQLSERVER"),
}
# Packages whose errors are about the connection or the server, not about this project.
DRIVERS = {"psycopg2", "redshift_connector", "pyodbc", "google", "requests", "urllib3"}
MISSING = {
    "bigquery": (
        "there are no credentials: set LLM_COSTS_BIGQUERY_KEYFILE with "
        "LLM_COSTS_BIGQUERY_METHOD=service-account, or log in with "
        "`gcloud auth application-default login`."
    ),
    "mssql": (
        "no ODBC driver for SQL Server is installed: install Microsoft's "
        "`ODBC Driver 18 for SQL Server` (package msodbcsql18)."
    ),
}


@contextmanager
def reaching(destination: str) -> Iterator[None]:
    """Turn what goes wrong on the way to a warehouse into one clear message.

    Args:
        destination: Name of the dlt destination.
    """
    target, _ = NAMES[destination]
    try:
        yield
    except (ImportError, MissingDependencyException) as error:
        raise ExtractError(
            f"The driver of the target {target} is not installed: {first_line(error)}. "
            "`make setup` installs it, or, in the folder that you cloned, "
            f"`pip install -e '.[{target}]'`. {_page(target)}"
        ) from error
    except (ConfigurationException, SystemConfigurationException) as error:
        reason = MISSING.get(destination) or f"{first_line(error)}."
        raise ExtractError(
            f"The target {target} cannot be reached: {reason} {_page(target)}"
        ) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in DRIVERS:
            raise
        raise ExtractError(
            f"The target {target} cannot be reached, or refuses what is asked: "
            f"{told(error)} {way_out(destination)}"
        ) from error


def told(error: BaseException) -> str:
    """Return the first line of an error without any password."""
    text = first_line(error)
    for value in filter(None, _passwords()):
        text = text.replace(value, "***").replace(quote(value, safe=""), "***")
    return text if text.endswith(".") else f"{text}."


def _passwords() -> Iterator[str | None]:
    for name, value in os.environ.items():
        if name.endswith("_PASSWORD"):
            yield value
        elif name.startswith("DESTINATION__") and name.endswith("CREDENTIALS"):
            yield value.partition("://")[2].rpartition("@")[0].partition(":")[2]


def way_out(destination: str) -> str:
    """Return which settings to check, and where they are explained."""
    target, prefix = NAMES[destination]
    return (
        f"Check LLM_COSTS_TARGET and the settings LLM_COSTS_{prefix}_… (dlt's own: "
        f"DESTINATION__{destination.upper()}__…). {_page(target)}"
    )


def _page(target: str) -> str:
    return f"Set-up: docs/warehouses/{target}.md."
