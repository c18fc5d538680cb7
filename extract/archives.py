"""Zipped files, unpacked while they are read: DuckDB reads gzip, but not zip."""

from __future__ import annotations

import errno
import shutil
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from extract.errors import ExtractError
from extract.files import Store
from extract.parquet import ANEW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUFFIX = ".zip"
MEMBER = ".csv"
BOM = b"\xef\xbb\xbf"
# What zipfile raises for a file that is cut off, damaged, or locked by a password.
BROKEN = (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError, NotImplementedError)


@contextmanager
def unpacked(store: Store, keys: Sequence[str]) -> Iterator[Store]:
    """Give a store in which some files can be read, under the same keys.

    Args:
        store: Where they are.
        keys: The files; if none is zipped the store is given as it is.
    """
    if not any(key.endswith(SUFFIX) for key in keys):
        yield store
        return
    with tempfile.TemporaryDirectory(prefix="llm-costs-") as folder:
        for key in keys:
            path = Path(folder, key)
            path.parent.mkdir(parents=True, exist_ok=True)
            with store.open(key) as source, _written(path, folder) as target:
                if key.endswith(SUFFIX):
                    _unpack(source, target, store.uri(key))
                else:
                    shutil.copyfileobj(source, target)
        try:
            yield Store(folder, setting=store.setting)
        except ExtractError as error:
            # Nobody finds a file in a folder that has gone with the error.
            raise ExtractError(str(error).replace(folder, store.url)) from error


def _unpack(source: IO[bytes], target: IO[bytes], uri: str) -> None:
    """Write the members of an archive as one file, their header once."""
    try:
        with zipfile.ZipFile(source) as archive:
            names = [name for name in archive.namelist() if _is_data(name)]
            if not names:
                listed = ", ".join(archive.namelist()) or "nothing"
                raise ExtractError(
                    f"{uri} has no CSV file in it (it has {listed}). {ANEW}"
                )
            first = b""
            for name in names:
                with archive.open(name) as member:
                    line = member.readline().removeprefix(BOM)
                    header = line.rstrip(b"\r\n")
                    if not header:
                        continue
                    if not first:
                        first, end = header, line[len(header) :] or b"\n"
                        target.write(header + end)
                    elif header != first:
                        raise ExtractError(
                            f"{uri} has {names[0]} and {name} in it, which have other "
                            "columns: they are no parts of one bill. Unpack it and "
                            "keep the file that is to be loaded."
                        )
                    shutil.copyfileobj(member, target)
                    # The last row of a member may lack its end; an empty row is none.
                    target.write(end)
    except BROKEN as error:
        raise ExtractError(
            f"{uri} is no zip file that can be read: {error}. {ANEW}"
        ) from error


def _is_data(name: str) -> bool:
    """Whether a member is data, and none of what archivers put beside it."""
    last = name.rpartition("/")[2]
    return last.lower().endswith(MEMBER) and not last.startswith((".", "_"))


@contextmanager
def _written(path: Path, folder: str) -> Iterator[IO[bytes]]:
    """Open a file to unpack into; a full disk is not the delivery's fault."""
    try:
        with path.open("wb") as target:
            yield target
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise ExtractError(
            f"{folder} has no room to unpack {path.name}. Set TMPDIR to a folder on a "
            "disk that has."
        ) from error
