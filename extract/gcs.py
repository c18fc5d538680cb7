"""Cloud Storage as a file system of fsspec, through Google's own client.

Files are read as they were when they were looked at: a generation that another has
replaced in the meantime is an error, never half of one and half of the other. The
client tries again what a network breaks, and follows STORAGE_EMULATOR_HOST.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fsspec.spec import AbstractBufferedFile, AbstractFileSystem

from extract.google import GoogleAccess, as_os_errors, credentials

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EMULATOR = "STORAGE_EMULATOR_HOST"
_FOLDER = "directory"
BLOCK = 4 * 2**20
# How long a read that a network breaks is tried again.
RETRY_SECONDS = 60.0


class GcsFileSystem(AbstractFileSystem):  # type: ignore[misc]  # fsspec is untyped
    """Buckets, of which nothing is ever written."""

    protocol = ("gs", "gcs")
    cachable = False

    def __init__(
        self,
        access: GoogleAccess,
        section: str,
        known: Mapping[str, dict[str, Any]] | None = None,
        client: Any = None,
    ) -> None:
        """Open the client.

        Args:
            access: How Google Cloud is reached.
            section: Where those settings stand, for messages.
            known: Files that are given out as they were when these entries were made,
                or not at all.
            client: Google's client, where there is one already.
        """
        super().__init__(use_listings_cache=False, skip_instance_cache=True)
        self._access, self._section, self._known = access, section, dict(known or {})
        self._client = client or _client(access, section)

    def knowing(self, entries: Iterable[dict[str, Any]]) -> GcsFileSystem:
        """Return the same buckets, with some files as these entries tell them."""
        known = {str(entry["name"]): entry for entry in entries}
        return GcsFileSystem(self._access, self._section, known, self._client)

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:  # noqa: FBT001, FBT002 - fsspec's
        """List what is directly below a path."""
        bucket, key = self._split(path)
        prefix = f"{key}/" if key else ""
        with as_os_errors(path):
            pages = self._client.list_blobs(bucket, prefix=prefix, delimiter="/")
            files = [_entry(blob) for blob in pages if not blob.name.endswith("/")]
            folders = [
                {"name": f"{bucket}/{found.rstrip('/')}", "size": 0, "type": _FOLDER}
                for found in sorted(pages.prefixes)
            ]
        found = [*folders, *files]
        if not found and key:
            raise FileNotFoundError(path)
        return found if detail else [entry["name"] for entry in found]

    def find(self, path: str, *_: Any, detail: bool = False, **__: Any) -> Any:
        """List every file below a path, at any depth."""
        bucket, key = self._split(path)
        with as_os_errors(path):
            blobs = self._client.list_blobs(bucket, prefix=f"{key}/" if key else "")
            files = [_entry(blob) for blob in blobs if not blob.name.endswith("/")]
        found = {entry["name"]: entry for entry in files}
        return found if detail else list(found)

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Return what is known of a file or folder."""
        path = self._strip_protocol(path)
        if path in self._known:
            return self._known[path]
        bucket, key = self._split(path)
        with as_os_errors(path):
            blob = self._client.bucket(bucket).get_blob(key) if key else None
            if blob is not None:
                return _entry(blob)
            below = self._client.list_blobs(
                bucket, prefix=f"{key}/" if key else "", max_results=1
            )
            if any(True for _ in below) or not key:
                return {"name": path, "size": 0, "type": _FOLDER}
        raise FileNotFoundError(path)

    def exists(self, path: str, **_: Any) -> bool:
        """Whether there is such a path; fsspec's own way calls any error a no."""
        try:
            self.info(path)
        except FileNotFoundError:
            return False
        return True

    def cat_file(
        self, path: str, start: int | None = None, end: int | None = None, **_: Any
    ) -> bytes:
        """Return a file's content, or the bytes from one place to before another."""
        path = self._strip_protocol(path)
        bucket, key = self._split(path)
        generation = self._known.get(path, {}).get("generation")
        if start is not None and end is not None and end <= start:
            return b""
        with as_os_errors(path):
            blob = self._client.bucket(bucket).blob(key, generation=generation)
            return bytes(
                blob.download_as_bytes(
                    start=start,
                    end=end - 1 if end is not None else None,
                    retry=_retry().with_timeout(RETRY_SECONDS),
                )
            )

    def _open(self, path: str, mode: str = "rb", **options: Any) -> GcsFile:
        if mode != "rb":
            raise NotImplementedError("buckets are only read")
        options.setdefault("block_size", BLOCK)
        return GcsFile(self, path, mode, **options)

    def modified(self, path: str) -> Any:
        """Return when a file was written, which DuckDB wants to know."""
        return self.info(path)["LastModified"]

    def _split(self, path: str) -> tuple[str, str]:
        bucket, _, key = self._strip_protocol(path).strip("/").partition("/")
        return bucket, key


class GcsFile(AbstractBufferedFile):  # type: ignore[misc]
    """A file that is read in blocks."""

    def _fetch_range(self, start: int, end: int) -> bytes:
        return bytes(self.fs.cat_file(self.path, start=start, end=end))


def _client(access: GoogleAccess, section: str) -> Any:
    # Imported here: who has no bucket of Google's needs no client for it.
    storage: Any = import_module("google.cloud.storage")
    is_anonymous = bool(os.environ.get(EMULATOR)) and not (
        access.credentials_file or access.impersonate
    )
    return storage.Client(
        # A bucket's objects are read without any project.
        project=access.project or "-",
        credentials=None if is_anonymous else credentials(access, section),
    )


def _retry() -> Any:
    return import_module("google.cloud.storage.retry").DEFAULT_RETRY


def _entry(blob: Any) -> dict[str, Any]:
    return {
        "name": f"{blob.bucket.name}/{blob.name}",
        "size": int(blob.size or 0),
        "type": "file",
        # A file that was made of others has no sum; its generation is its own.
        "md5Hash": blob.md5_hash or f"generation {blob.generation}",
        "generation": blob.generation,
        "LastModified": blob.updated,
    }
