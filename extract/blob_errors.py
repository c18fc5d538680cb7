"""What a storage account of Azure answers, as errors that say what to do about it."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceModifiedError,
    ResourceNotFoundError,
)

from extract.azure import NO_CREDENTIALS
from extract.errors import first_line

if TYPE_CHECKING:
    from azure.core.exceptions import AzureError

# What Azure answers, and what a person does about it.
REMEDIES = {
    "AuthorizationPermissionMismatch": (
        "Give the identity the role Storage Blob Data Reader on the container; it "
        "takes some minutes until it counts."
    ),
    "AuthorizationFailure": (
        "The account's firewall or network rules keep this machine out, or it allows "
        "no account keys (allowSharedKeyAccess)."
    ),
    "AuthenticationFailed": (
        "The key or signature is not this account's, or has expired."
    ),
    "KeyBasedAuthenticationNotPermitted": (
        "The account allows no keys: take storage_account_key out, and give the "
        "identity the role Storage Blob Data Reader."
    ),
}


def missing(path: str) -> FileNotFoundError:
    """Return the error of a blob or folder that is not there."""
    return FileNotFoundError(errno.ENOENT, "there is no such blob", path)


def explained(error: AzureError, path: str) -> OSError:
    """Return an error of Azure's client as a filesystem's, with the way out.

    Args:
        error: The error.
        path: The blob or folder that was asked for.
    """
    if isinstance(error, ResourceNotFoundError):
        if _code(error) == "ContainerNotFound":
            return FileNotFoundError(errno.ENOENT, "there is no such container", path)
        return missing(path)
    return PermissionError(_told(error))


def _told(error: AzureError) -> str:
    if isinstance(error, ResourceModifiedError):
        return "it was delivered anew while it was being read."
    if _is_sign_in(error):
        return f"Azure has no credentials: {_sentence(error)} {NO_CREDENTIALS}"
    if not isinstance(error, HttpResponseError):
        return f"Azure cannot be reached: {_sentence(error)}"
    if not error.status_code:
        # The client's own word for an answer that was cut off.
        return f"Azure broke off in the middle: {_sentence(error)}"
    code = _code(error)
    said = code or str(error.reason or first_line(error))
    return f"Azure answered {error.status_code} {said}. {REMEDIES.get(code, '')}"


def _is_sign_in(error: AzureError) -> bool:
    """Whether it was signing in that failed, which has no answer of the account."""
    return isinstance(error, ClientAuthenticationError) and not _code(error)


def _code(error: AzureError) -> str:
    code = getattr(error, "error_code", None) or ""
    return str(getattr(code, "value", code))


def _sentence(error: AzureError) -> str:
    text = first_line(error)
    return text if text.endswith(".") else f"{text}."
