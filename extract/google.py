"""Access to Google Cloud: key file, impersonated account and project, for every source.

Without postponed annotations: dlt would look for these names where a source inherits.
"""

import json
import warnings
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlt.common.configuration import configspec
from dlt.common.configuration.specs import BaseConfiguration

from extract.errors import ExtractError, first_line

if TYPE_CHECKING:
    from collections.abc import Iterator

SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
FILE_KINDS = ("service_account", "external_account", "authorized_user")
LOGIN = (
    "log in with `gcloud auth application-default login`, run where the machine has a "
    "service account"
)


@configspec
class GoogleAccess(BaseConfiguration):
    """How Google Cloud is reached; without any of it the usual chain is asked.

    Attributes:
        credentials_file: Key of a service account, or the file of a workload identity.
        impersonate: Service account to act as, with the credentials of the above.
        project: Project that queries are billed to.
        location: Location of the export's dataset, such as EU.
    """

    credentials_file: str = ""
    impersonate: str = ""
    project: str = ""
    location: str = ""


def require_consistent(access: GoogleAccess, section: str) -> None:
    """Raise if some of the settings cannot be meant.

    Args:
        access: The settings.
        section: Where they stand, such as sources.gcp_billing.
    """
    name = access.credentials_file
    if name and not Path(name).expanduser().is_file():
        raise ExtractError(
            f"{section}.credentials_file is {name!r}, which is no file. Set it to the "
            "JSON key of a service account, or leave it out to use the usual chain."
        )
    if access.impersonate and "@" not in access.impersonate:
        raise ExtractError(
            f"{section}.impersonate is {access.impersonate!r}: write the service "
            "account's e-mail address."
        )


def credentials(access: GoogleAccess, section: str) -> Any:
    """Return what Google's clients take as credentials.

    Args:
        access: The settings.
        section: Where they stand, for messages.
    """
    # Imported here: a folder on disk is read without any of Google's packages.
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415

    auth: Any = import_module("google.auth")
    try:
        if access.credentials_file:
            found = _from_file(Path(access.credentials_file).expanduser())
        else:
            found, _ = auth.default(scopes=SCOPES)
    except (GoogleAuthError, OSError, ValueError) as error:
        raise ExtractError(
            "There are no Google credentials to be used: "
            f"{first_line(error).rstrip('.')}. Set {section}.credentials_file, {LOGIN}."
        ) from error
    if not access.impersonate:
        return found
    impersonated: Any = import_module("google.auth.impersonated_credentials")
    return impersonated.Credentials(
        source_credentials=found,
        target_principal=access.impersonate,
        target_scopes=SCOPES,
    )


def _from_file(path: Path) -> Any:
    """Return the credentials of a file, whose kind is checked, as Google advises."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise ValueError(f"{path} is not JSON, as a key is.") from None
    kind = content.get("type") if isinstance(content, dict) else None
    if kind not in FILE_KINDS:
        raise ValueError(f"{path} is of type {kind!r}, not {' or '.join(FILE_KINDS)}.")
    auth: Any = import_module("google.auth")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found, _ = auth.load_credentials_from_dict(content, scopes=SCOPES)
    return found


@contextmanager
def as_os_errors(path: str) -> "Iterator[None]":
    """Turn Google's errors into those of a file system.

    Args:
        path: What was asked for.
    """
    from google.api_core import exceptions  # noqa: PLC0415 - as above
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415
    from requests.exceptions import RequestException  # noqa: PLC0415

    try:
        yield
    except exceptions.NotFound as error:
        raise FileNotFoundError(path) from error
    except (exceptions.Forbidden, exceptions.Unauthorized) as error:
        raise PermissionError(first_line(error)) from error
    except (exceptions.GoogleAPIError, GoogleAuthError, RequestException) as error:
        raise OSError(first_line(error)) from error
