"""The file of customers' credentials, by which their organisations of Grafana read.

What two customers share is refused: it would show one of them the rows of the other.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from orchestrate.steps import StepFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

FILE = "LLM_COSTS_GRAFANA_TENANTS"
DEFAULT_FILE = "data/grafana_tenants.yml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ByPassword(_Strict):
    """PostgreSQL: the password of the customer's role."""

    password: str


class BySecret(_Strict):
    """Redshift: a secret of Secrets Manager with the customer's user."""

    secret_name: str
    secret_arn: str


class ByKey(_Strict):
    """BigQuery: the key of the customer's service account."""

    key_file: Path


class ByUser(_Strict):
    """SQL Server: the customer's user, a member of its role."""

    user: str
    password: str


class TenantEntry(_Strict):
    """What the file says of one customer.

    Attributes:
        viewers: Logins or mail addresses of users of Grafana.
    """

    viewers: tuple[str, ...] = ()
    postgres: ByPassword | None = None
    redshift: BySecret | None = None
    bq: ByKey | None = None
    sqlserver: ByUser | None = None


def read_entries() -> dict[str, TenantEntry]:
    """Read the file of customers, in whose values ``$NAME`` is a variable.

    Raises:
        StepFailed: It is not there, is not as it should be, or two customers share a
            credential.
    """
    path = Path(os.environ.get(FILE) or DEFAULT_FILE)
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise StepFailed(
            f"The customers' credentials cannot be read: {error}",
            way_out=f"{FILE} names the file; docs/tenants.md says what it holds.",
        ) from error
    if not isinstance(given, dict):
        raise StepFailed(f"{path} does not begin with customers' ids.")
    entries = {}
    for customer, value in given.items():
        try:
            entry = TenantEntry.model_validate(_with_variables(value or {}, path))
        except ValidationError as error:
            # Without what was given: that may be a password.
            wrong = [
                f"{'.'.join(map(str, each['loc']))}: {each['msg']}"
                for each in error.errors(include_input=False, include_url=False)
            ]
            raise StepFailed(
                f"{path}: what it says of {customer} is wrong.",
                lines=tuple(wrong),
                way_out="docs/tenants.md says what it holds.",
            ) from None
        entries[str(customer).lower()] = entry
    _refuse_twins(entries, path)
    return entries


def _with_variables(value: Any, path: Path) -> Any:
    if isinstance(value, dict):
        return {key: _with_variables(each, path) for key, each in value.items()}
    if isinstance(value, str) and value.startswith("$"):
        name = value[1:]
        if not os.environ.get(name):
            raise StepFailed(f"{name} is not set, which {path} names.")
        return os.environ[name]
    return value


def _refuse_twins(entries: Mapping[str, TenantEntry], path: Path) -> None:
    """Refuse what two customers have in common."""
    owners: dict[str, str] = {}
    for customer, entry in entries.items():
        known = [
            entry.redshift and entry.redshift.secret_arn,
            entry.redshift and entry.redshift.secret_name,
            entry.sqlserver and entry.sqlserver.user.lower(),
            entry.bq and str(entry.bq.key_file.resolve()),
            entry.bq and read_account(entry.bq.key_file).get("client_email"),
        ]
        for name in [str(each) for each in known if each]:
            if owners.setdefault(name, customer) != customer:
                raise StepFailed(
                    f"{path}: {owners[name]} and {customer} would read by the same "
                    f"credential, {name}.",
                    way_out="Each needs one of its own.",
                )


def read_account(path: Path) -> dict[str, str]:
    """Read the key of a service account.

    Args:
        path: File of Google's form.

    Raises:
        StepFailed: It is none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: str(found[name])
            for name in ("client_email", "private_key", "token_uri")
            if name in found or name != "token_uri"
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StepFailed(
            f"{path} is no key of a service account ({type(error).__name__}: {error})."
        ) from error
