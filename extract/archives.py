"""Zipped files, unpacked while they are read: DuckDB reads gzip, but not zip."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from extract.errors import ExtractError
from extract.files import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUFFIX = ".zip"


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
            with store.open(key) as source, path.open("wb") as target:
                if not key.endswith(SUFFIX):
                    shutil.copyfileobj(source, target)
                    continue
                try:
                    with zipfile.ZipFile(source) as archive:
                        for name in archive.namelist():
                            with archive.open(name) as member:
                                shutil.copyfileobj(member, target)
                except (zipfile.BadZipFile, EOFError) as error:
                    raise ExtractError(
                        f"{store.uri(key)} is no zip file that can be read: {error}. "
                        "Fetch the delivery again or have it delivered anew; nothing "
                        "of this unit was loaded."
                    ) from error
        yield Store(folder, setting=store.setting)
