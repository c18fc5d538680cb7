"""Where a folder in a storage account of Azure is, by its URL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from extract.errors import ExtractError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SCHEMES = {"abfs", "abfss", "az"}
# Of the public cloud and of the sovereign ones; files of both APIs lie in one account.
ACCOUNT_HOST = re.compile(
    r"(?P<account>[a-z0-9]{3,24})\.(?:blob|dfs)\.(?P<cloud>[a-z0-9.-]+)"
)


@dataclass(frozen=True, kw_only=True)
class BlobPlace:
    """A folder in a storage account.

    Attributes:
        account: The account.
        account_url: Its blob endpoint.
        container: The container.
        folder: The folder in it; '' for all of it.
    """

    account: str
    account_url: str
    container: str
    folder: str

    @property
    def root(self) -> str:
        """Container and folder as one path."""
        return f"{self.container}/{self.folder}".rstrip("/")


def find_blob_place(url: str, endpoint: str, setting: str) -> BlobPlace:
    """Return which folder of which storage account a URL means.

    Args:
        url: ``abfss://container@account.dfs.core.windows.net/folder``, as Azure's tools
            write it, or ``https://account.blob.core.windows.net/container/folder``, as
            the portal does.
        endpoint: Another blob endpoint than the URL's account has; '' for none.
        setting: Name of the setting that holds the URL, for messages.
    """
    parts = urlsplit(url)
    path = parts.path.strip("/")
    if parts.scheme == "https":
        host, (container, _, folder) = parts.hostname or "", path.partition("/")
    else:
        container, host, folder = parts.username or "", parts.hostname or "", path
        if not container:
            container, host = host, ""
    endpoint = endpoint.rstrip("/")
    match = ACCOUNT_HOST.fullmatch(host)
    if match and not endpoint:
        endpoint = f"https://{match['account']}.blob.{match['cloud']}"
    if not container or not endpoint:
        raise ExtractError(
            f"{setting} = {url!r} names no container of a storage account: write "
            "abfss://<container>@<account>.dfs.core.windows.net/<folder>."
        )
    target = urlsplit(endpoint)
    if target.scheme != "https" and target.hostname not in LOOPBACK:
        raise ExtractError(
            f"storage_endpoint_url = {endpoint!r}: only https:// may carry credentials "
            "(http:// is accepted for a server on this machine)."
        )
    # An emulator has the account as the path of its endpoint.
    account = match["account"] if match else target.path.strip("/")
    return BlobPlace(
        account=account, account_url=endpoint, container=container, folder=folder
    )


def is_blob_url(url: str) -> bool:
    """Whether a URL is one of a storage account."""
    parts = urlsplit(url)
    if parts.scheme in SCHEMES:
        return True
    return parts.scheme == "https" and bool(
        ACCOUNT_HOST.fullmatch(parts.hostname or "")
    )
