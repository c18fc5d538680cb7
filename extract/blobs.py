"""A container of a storage account as a filesystem: listed and read, never written.

fsspec's interface is what ``Store`` and DuckDB know; behind it is Azure's own client,
which retries, and reads a blob by its ETag: one that is overwritten meanwhile is an
error, not half of each.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from azure.core import MatchConditions
from azure.core.credentials import AzureSasCredential
from azure.core.exceptions import AzureError
from azure.storage.blob import BlobPrefix, BlobServiceClient, ExponentialRetry
from fsspec import AbstractFileSystem
from fsspec.spec import AbstractBufferedFile

from extract.azure import AzureAccess, make_credential
from extract.blob_errors import explained, missing
from extract.blob_places import LOOPBACK, BlobPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ATTEMPTS = 5
QUOTE = '"'
BLOCK_BYTES = 8_000_000


class BlobFileSystem(AbstractFileSystem):  # type: ignore[misc]  # fsspec is untyped
    """The containers of one storage account."""

    protocol: ClassVar[str] = "abfss"
    cachable = False

    def __init__(
        self,
        place: BlobPlace,
        access: AzureAccess,
        known: Mapping[str, dict[str, Any]] | None = None,
    ) -> None:
        """Describe the account, without a request yet.

        Args:
            place: The account.
            access: Whose credentials.
            known: Blobs that are given out as they were when these entries were made,
                or not at all.
        """
        super().__init__(use_listings_cache=False, skip_instance_cache=True)
        self._place, self._access, self._known = place, access, dict(known or {})
        is_local = urlsplit(place.account_url).hostname in LOOPBACK
        credential = _storage_credential(place, access)
        # Nothing on this machine throttles; waiting helps nobody there.
        self._service = BlobServiceClient(
            place.account_url,
            credential=credential,
            retry_policy=ExponentialRetry(
                initial_backoff=1,
                increment_base=2,
                retry_total=1 if is_local else ATTEMPTS,
                random_jitter_range=0 if is_local else 2,
            ),
        )

    def knowing(self, entries: Iterable[dict[str, Any]]) -> BlobFileSystem:
        """Return the same account, with some blobs as these entries tell them."""
        known = {str(entry["name"]): entry for entry in entries}
        return BlobFileSystem(self._place, self._access, known)

    def ls(self, path: str, detail: bool = True, **_: Any) -> Any:  # noqa: FBT001, FBT002 - fsspec's
        """Return what lies directly below a path."""
        container, key = _split(self._strip_protocol(path))
        prefix = f"{key}/" if key else ""

        def look() -> list[dict[str, Any]]:
            found = self._service.get_container_client(container).walk_blobs(
                name_starts_with=prefix
            )
            return [_entry(container, item) for item in found]

        entries = [entry for entry in self._call(look, path) if entry]
        if not entries:
            raise missing(path)
        return entries if detail else [entry["name"] for entry in entries]

    def find(  # noqa: D417 - fsspec's further arguments are not used here
        self,
        path: str,
        maxdepth: int | None = None,  # noqa: ARG002
        withdirs: bool = False,  # noqa: ARG002, FBT001, FBT002
        detail: bool = False,  # noqa: FBT001, FBT002
        **_: Any,
    ) -> Any:
        """Return every blob below a path, in one listing.

        Args:
            path: The path.
            detail: Whether to give entries by name instead of names.
        """
        container, key = _split(self._strip_protocol(path))
        prefix = f"{key}/" if key else ""

        def look() -> list[dict[str, Any]]:
            found = self._service.get_container_client(container).list_blobs(
                name_starts_with=prefix
            )
            return [_entry(container, item) for item in found]

        entries = {entry["name"]: entry for entry in self._call(look, path) if entry}
        return entries if detail else list(entries)

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Return what is known of a blob, a folder or a container."""
        name = self._strip_protocol(path)
        if name in self._known:
            return self._known[name]
        container, key = _split(name)

        def look() -> dict[str, Any]:
            client = self._service.get_container_client(container)
            if not key:
                # Listing is all that a reader's role allows on a container.
                next(iter(client.list_blobs(results_per_page=1)), None)
                return {"name": name, "size": 0, "type": "directory"}
            blob = client.get_blob_client(key)
            return _entry(container, blob.get_blob_properties())

        try:
            found = self._call(look, path)
        except FileNotFoundError:
            if not key or not self.find(path):
                raise
            found = {}
        return found or {"name": name, "size": 0, "type": "directory"}

    def exists(self, path: str, **_: Any) -> bool:
        """Whether there is such a blob, folder or container.

        fsspec's own says no where Azure does not let one look.
        """
        try:
            self.info(path)
        except FileNotFoundError:
            return False
        return True

    def modified(self, path: str) -> Any:
        """Return when a blob was written."""
        return self.info(path)["LastModified"]

    def cat_file(
        self, path: str, start: int | None = None, end: int | None = None, **_: Any
    ) -> bytes:
        """Return the content of a blob, or a part of it."""
        return self.read_range(self.info(path), start or 0, end)

    def read_range(
        self, entry: Mapping[str, Any], start: int, end: int | None
    ) -> bytes:
        """Return a part of the blob that an entry tells of, and of no other.

        Args:
            entry: The entry.
            start: The first byte.
            end: The byte behind the last one; None for the end of the blob.
        """
        name = str(entry["name"])
        if not entry["size"]:
            return b""
        container, key = _split(name)

        def look() -> bytes:
            blob = self._service.get_blob_client(container, key)
            stream = blob.download_blob(
                offset=start,
                length=None if end is None else end - start,
                etag=entry["ETag"],
                match_condition=MatchConditions.IfNotModified,
            )
            return bytes(stream.readall())

        return bytes(self._call(look, name))

    def _open(
        self, path: str, mode: str = "rb", block_size: Any = None, **options: Any
    ) -> BlobFile:
        if mode != "rb":
            raise OSError(errno.EROFS, "bills are read, never written", path)
        return BlobFile(self, path, mode, block_size or BLOCK_BYTES, **options)

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        return str(path).removeprefix(f"{cls.protocol}://").strip("/")

    def _call(self, action: Callable[[], Any], path: str) -> Any:
        """Call Azure; what it says becomes an error with the way out."""
        try:
            return action()
        except AzureError as error:
            problem = explained(error, path)
        # Not inside the handler: the innermost error is the one that is shown.
        raise problem


class BlobFile(AbstractBufferedFile):  # type: ignore[misc]  # likewise
    """A blob, read by ranges, as it was when it was opened."""

    fs: BlobFileSystem

    def _fetch_range(self, start: int, end: int) -> bytes:
        try:
            return self.fs.read_range(self.details, start, end)
        except OSError as error:
            problem = OSError(f"{self.fs.protocol}://{self.path}: {error}")
        # As above.
        raise problem


def _storage_credential(place: BlobPlace, access: AzureAccess) -> Any:
    if key := access.storage_account_key:
        return {"account_name": place.account, "account_key": key}
    if access.storage_sas_token:
        return AzureSasCredential(access.storage_sas_token.lstrip("?"))
    return make_credential(access)


def _split(name: str) -> tuple[str, str]:
    container, _, key = name.partition("/")
    return container, key


def _entry(container: str, item: Any) -> dict[str, Any]:
    """Return an entry; of the marker of a folder, which holds nothing, none."""
    name = f"{container}/{item.name}".rstrip("/")
    if isinstance(item, BlobPrefix):
        return {"name": name, "size": 0, "type": "directory"}
    if (item.metadata or {}).get("hdi_isfolder") == "true":
        return {}
    return {
        "name": name,
        "size": int(item.size),
        "type": "file",
        # A listing gives it without the quotes that a condition has to have.
        "ETag": f'"{str(item.etag).strip(QUOTE)}"',
        "LastModified": item.last_modified,
    }
