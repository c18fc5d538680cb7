"""The data source of a customer's organisation of Grafana.

It reads by the customer's own credential. What the company reads or builds by is
refused, wherever the environment names it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestrate.grafana_contents import MARK, literal
from orchestrate.grafana_credentials import read_account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orchestrate.grafana_credentials import ByKey, BySecret, ByUser, TenantEntry

Json = dict[str, Any]

# Under these names the credentials of others stand in the environment.
_USERS = re.compile(
    r"(LLM_COSTS_(SQLSERVER|CHAT_WAREHOUSE)_USER.*|SQLSERVER_USER|WAREHOUSE_USER)"
)
_SECRETS = re.compile(r"REDSHIFT_SECRET_(NAME|ARN)")
_KEYS = re.compile(
    r"(LLM_COSTS_(BIGQUERY|CHAT_WAREHOUSE)_KEYFILE.*|GOOGLE_APPLICATION_CREDENTIALS)"
)
_GOOGLE = "https://oauth2.googleapis.com/token"


class CredentialRefused(Exception):  # noqa: N818 - reads as what happened
    """A customer has no credential of its own for a warehouse."""


def source_for(
    target: str, entry: TenantEntry, *, role: str, provisioned: Json
) -> Json:
    """Give the data source of a customer's organisation.

    Args:
        target: Warehouse that is read.
        entry: What the file of credentials says of the customer.
        role: Name of the customer's role there.
        provisioned: The data source that the company's own people have.

    Raises:
        CredentialRefused: There is no credential that is the customer's own.
    """
    if target == "postgres" and entry.postgres:
        secrets = {"password": entry.postgres.password}
        return _made(provisioned, user=role, secrets=secrets)
    if target == "redshift" and entry.redshift:
        return _redshift(entry.redshift, provisioned)
    if target == "bq" and entry.bq:
        return _bq(entry.bq, provisioned)
    if target == "sqlserver" and entry.sqlserver:
        return _sqlserver(entry.sqlserver, provisioned)
    if target == "duckdb":
        # Settings that lock a data source can be lost when its connection is renewed,
        # and whoever may view a dashboard may then read every file.
        raise CredentialRefused(
            "files of DuckDB are no isolation within one Grafana: use PostgreSQL, or "
            "a Grafana for each customer"
        )
    raise CredentialRefused(f"the file of credentials has none for {target}")


def schema_for(target: str, role: str, marts: str) -> str:
    """Name the schema in which a customer finds the marts.

    Args:
        target: Warehouse that is read.
        role: Name of the customer's role there.
        marts: Schema of the marts.
    """
    return {"bq": f"{marts}_{role}", "sqlserver": role}.get(target, marts)


def _sqlserver(given: ByUser, provisioned: Json) -> Json:
    _refuse_shared(given.user, _USERS)
    if given.user.lower() in {"sa", "dbo"}:
        raise CredentialRefused(f"{given.user} administers the server")
    secrets = {"password": given.password}
    return _made(provisioned, user=literal(given.user), secrets=secrets)


def _redshift(given: BySecret, provisioned: Json) -> Json:
    _refuse_shared(given.secret_arn, _SECRETS)
    _refuse_shared(given.secret_name, _SECRETS)
    secret = {"name": literal(given.secret_name), "arn": literal(given.secret_arn)}
    return _made(provisioned, settings={"managedSecret": secret})


def _bq(given: ByKey, provisioned: Json) -> Json:
    account = read_account(given.key_file)
    for name, value in os.environ.items():
        if not _KEYS.fullmatch(name) or not Path(value).is_file():
            continue
        if read_account(Path(value))["client_email"] == account["client_email"]:
            raise CredentialRefused(f"{name} is a key of the same service account")
    settings = {
        "authenticationType": "jwt",
        "clientEmail": literal(account["client_email"]),
        "tokenUri": literal(account.get("token_uri", _GOOGLE)),
    }
    secrets = {"privateKey": account["private_key"]}
    return _made(provisioned, settings=settings, secrets=secrets)


def _made(
    provisioned: Json,
    *,
    user: str | None = None,
    settings: Json | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Json:
    """Take where the warehouse is from the company's data source, and nothing else."""
    named = {"user": user} if user else {}
    where = ("name", "uid", "type", "access", "url")
    return {
        **{key: provisioned[key] for key in where if key in provisioned},
        **named,
        "jsonData": {**provisioned["jsonData"], **(settings or {}), **MARK},
        "secureJsonData": {
            key: literal(value) for key, value in (secrets or {}).items()
        },
    }


def _refuse_shared(value: str, names: re.Pattern[str]) -> None:
    for name, shared in os.environ.items():
        if names.fullmatch(name) and shared.lower() == value.lower():
            raise CredentialRefused(f"{value} is what {name} reads by")
