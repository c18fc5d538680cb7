"""Delivered files: a folder on disk or in a bucket, read through fsspec.

``Store`` lists files with a fingerprint that changes whenever their content does,
reads small ones, and hands big ones to DuckDB: natively from disk, by the registered
fsspec filesystem from a bucket (DuckDB's own S3 reader is an extension that has to be
fetched first).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import fsspec
from botocore.exceptions import BotoCoreError

from extract.blob_places import find_blob_place, is_blob_url
from extract.errors import ExtractError, first_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from extract.aws import AwsAccess
    from extract.azure import AzureAccess
    from extract.google import GoogleAccess

    Access = AwsAccess | AzureAccess | GoogleAccess

GOOGLE = ("gs", "gcs")
WEB = ("http", "https")
# What object stores and disks call a value that changes with the content, best first.
FINGERPRINTS = ("ETag", "etag", "md5Hash", "content_hash", "mtime", "LastModified")


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file in a store, by its key below the store's root.

    Attributes:
        key: The key.
        size: Its bytes.
        fingerprint: Changes with the content.
        modified: When it was written, as a number of seconds; 0 where nobody says.
    """

    key: str
    size: int
    fingerprint: str
    modified: float = 0.0


class Store:
    """A folder or bucket that a provider delivers bills to."""

    def __init__(self, url: str, *, setting: str, access: Access | None = None) -> None:
        """Open the store.

        Args:
            url: A path, ``file://`` path or bucket URL. A relative path is meant from
                the folder that the command is run in.
            setting: Name of the setting that holds the URL, for messages.
            access: How the cloud of the bucket or storage account is reached.
        """
        self.url = url.rstrip("/")
        self.setting = setting
        protocol, _, rest = self.url.rpartition("://")
        self.is_local = protocol in {"", "file"}
        self._protocol, self._access = protocol, access
        self._entries: dict[str, dict[str, Any]] = {}
        if self.url.endswith(":"):
            raise ExtractError(f"{setting} = {url!r} names no bucket.")
        if protocol in WEB and not is_blob_url(self.url):
            raise ExtractError(
                f"{setting} = {url!r} is an address of the web. A bucket is written as "
                "s3://… or gs://…, a container as abfss://…"
            )
        try:
            if self.is_local:
                self.filesystem = fsspec.filesystem("file")
                self.root = str(Path(rest).expanduser().resolve())
            elif is_blob_url(self.url):
                self.filesystem, self.root = _blobs(self.url, access, setting)
                self._protocol = self.filesystem.protocol
            elif protocol in GOOGLE:
                self.filesystem, self.root = _gcs(access, setting), rest
            else:
                self.filesystem = fsspec.filesystem(
                    protocol, **_options(protocol, access)
                )
                self.root = rest
        except (ImportError, ValueError, OSError, BotoCoreError) as error:
            raise ExtractError(
                f"{setting} = {url!r} cannot be used: {first_line(error)}"
            ) from error

    @property
    def kind(self) -> str:
        """What the store is called."""
        names = {"": "folder", "file": "folder", "abfss": "container or folder"}
        return names.get(self._protocol, "bucket")

    def uri(self, key: str = "") -> str:
        """Return where a key is, for a person to find it."""
        return f"{self.url}/{key}" if key else self.url

    def path(self, key: str) -> str:
        """Return what DuckDB calls a key."""
        if self.is_local:
            return f"{self.root}/{key}"
        protocol = self.filesystem.protocol
        scheme = protocol if isinstance(protocol, str) else protocol[0]
        return f"{scheme}://{self.root}/{key}"

    def register(
        self, connection: duckdb.DuckDBPyConnection, keys: Sequence[str] = ()
    ) -> None:
        """Let a DuckDB connection read this store.

        Args:
            connection: The connection.
            keys: The files that it will read. Buckets give them out as they were when
                they were looked at last, or not at all; and DuckDB, which asks for a
                file's size and age dozens of times, is answered without a request.
        """
        if self.is_local:
            return
        if self._protocol == "abfss" or self._protocol in GOOGLE:
            entries = [self._entries[key] for key in keys if key in self._entries]
            connection.register_filesystem(self.filesystem.knowing(entries))
            return
        if self._protocol != "s3":
            connection.register_filesystem(self.filesystem)
            return
        options = _options(self._protocol, self._access)
        reading = fsspec.filesystem("s3", **{**options, "use_listings_cache": True})
        folders: dict[str, list[dict[str, Any]]] = {}
        for key in keys:
            if entry := self._entries.get(key):
                folder = str(entry["name"]).rpartition("/")[0]
                folders.setdefault(folder, []).append(entry)
        for folder, entries in folders.items():
            reading.dircache[folder] = entries
        connection.register_filesystem(reading)

    def list_folders(self, key: str) -> list[str]:
        """Return the names of the folders below a key; none if there is no such key."""
        return sorted(
            Path(entry["name"]).name
            for entry in self._list(key)
            if entry["type"] == "directory"
        )

    def list_files(self, key: str) -> list[StoredFile]:
        """Return the files directly below a key; none if there is no such key."""
        files = [self._stored(e) for e in self._list(key) if e["type"] == "file"]
        return sorted(files, key=lambda file: file.key)

    def list_everything(self, key: str = "") -> list[StoredFile]:
        """Return every file of the store, or below a key, at any depth."""
        with self._explained(key):
            entries = self.filesystem.find(self._full(key), detail=True).values()
            files = [self._stored(e) for e in entries if e["type"] == "file"]
        return sorted(files, key=lambda file: file.key)

    def find(self, key: str) -> StoredFile | None:
        """Return a file, or None if it is not there."""
        with self._explained(key):
            try:
                return self._stored(self.filesystem.info(self._full(key)))
            except FileNotFoundError:
                return None

    def read(self, key: str) -> bytes:
        """Return the content of a small file."""
        with self._explained(key):
            return bytes(self.filesystem.cat_file(self._full(key)))

    @contextmanager
    def open(self, key: str) -> Iterator[IO[bytes]]:
        """Open a file, to be read as a stream."""
        with self._explained(key), self.filesystem.open(self._full(key), "rb") as file:
            yield file

    def require(self, below: str = "") -> None:
        """Raise unless the store itself is there, and may be listed.

        Args:
            below: The key below which alone it may be.
        """
        with self._explained(below):
            if not self._is_there(below):
                kind = self.kind
                bucket = ""
                if self.is_local and "/" not in self.url:
                    bucket = f" A bucket is written with its kind: s3://{self.url}."
                if self._protocol == "s3" and "/" in self.root:
                    kind = "bucket, or nothing in it below"
                raise ExtractError(
                    f"There is no {kind} {self.url}. Set {self.setting} to the "
                    f"{self.kind} that the bill is delivered to.{bucket}"
                )

    def _is_there(self, below: str) -> bool:
        if self._protocol != "s3":
            return bool(self.filesystem.exists(self.root))
        # s3fs takes whatever goes wrong for a bucket that is not there; and asks for
        # all of it, which a reader of one prefix may not list. Not all give a KeyCount.
        bucket, _, prefix = self._full(below).partition("/")
        try:
            answer = self.filesystem.call_s3(
                "list_objects_v2",
                Bucket=bucket,
                Prefix=f"{prefix}/" if prefix else "",
                MaxKeys=1,
            )
        except FileNotFoundError:
            return False
        return bool(answer.get("Contents")) or self.root == bucket

    def _full(self, key: str) -> str:
        return f"{self.root}/{key}".rstrip("/")

    def _list(self, key: str) -> list[dict[str, Any]]:
        with self._explained(key):
            try:
                return list(self.filesystem.ls(self._full(key), detail=True))
            except (FileNotFoundError, NotADirectoryError):
                return []

    def _stored(self, entry: dict[str, Any]) -> StoredFile:
        mark = next((entry[name] for name in FINGERPRINTS if entry.get(name)), "")
        key = str(entry["name"]).removeprefix(self.root).lstrip("/")
        self._entries[key] = entry
        return StoredFile(
            key=key,
            size=int(entry.get("size") or 0),
            fingerprint=str(mark).strip('"'),
            modified=_seconds(entry.get("LastModified", entry.get("mtime"))),
        )

    @contextmanager
    def _explained(self, key: str = "") -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise ExtractError(f"There is no {self.uri(key)}.") from error
        except (OSError, ValueError, BotoCoreError) as error:
            raise ExtractError(
                f"{self.uri(key)} cannot be read: {_said(error).rstrip('.')}. "
                f"Check {self.setting} and the credentials."
            ) from error


def _said(error: BaseException) -> str:
    """Return what went wrong; AWS's library names the endpoint, its cause does not."""
    return str(error) if isinstance(error, BotoCoreError) else first_line(error)


def _seconds(moment: object) -> float:
    if isinstance(moment, datetime):
        return moment.timestamp()
    return float(moment) if isinstance(moment, int | float) else 0.0


def _blobs(url: str, access: Access | None, setting: str) -> tuple[Any, str]:
    """Return the filesystem of a storage account, and the path in it."""
    # Imported here: Azure's client takes its time.
    from extract.azure import AzureAccess  # noqa: PLC0415
    from extract.blobs import BlobFileSystem  # noqa: PLC0415

    reached = access if isinstance(access, AzureAccess) else AzureAccess()
    place = find_blob_place(url, reached.storage_endpoint_url, setting)
    return BlobFileSystem(place, reached), place.root


def _gcs(access: Access | None, setting: str) -> Any:
    """Return the filesystem of Cloud Storage."""
    # Imported here, as above.
    from extract.gcs import GcsFileSystem  # noqa: PLC0415
    from extract.google import GoogleAccess  # noqa: PLC0415

    reached = access if isinstance(access, GoogleAccess) else GoogleAccess()
    return GcsFileSystem(reached, setting.rpartition(".")[0])


def _options(protocol: str, access: Access | None) -> dict[str, Any]:
    # A listing that was cached before a new delivery would hide it.
    options: dict[str, Any] = {"use_listings_cache": False, "skip_instance_cache": True}
    if protocol == "s3" and access:
        # Imported here: it brings dlt's configuration, which a plain folder needs not.
        from extract.aws import AwsAccess, s3fs_options  # noqa: PLC0415

        if isinstance(access, AwsAccess):
            options |= s3fs_options(access)
    return options
