"""Where exports lie in a bucket: Data Exports, and reports of the older kind.

Which of the two an export is, its folders say; nobody has to configure it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from extract.errors import ExtractError
from extract.windows import PERIOD, first_day, last_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extract.files import Store

PARTITION = "BILLING_PERIOD="
# The folder's second day is the first one of the next month.
RANGE = re.compile(r"(\d{4})(\d{2})01-\d{8}")

Kind = Literal["data export", "legacy report"]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """An export, and where its manifests and files are.

    Attributes:
        kind: Which of AWS's two ways of laying out.
        folder: Key of the export's own folder.
        name: Name of the export.
        ranges: Folder of every period of a legacy report, by period.
        periods: Every period that was delivered.
    """

    kind: Kind
    folder: str
    name: str
    periods: Sequence[str]
    ranges: Mapping[str, str]

    def manifest(self, period: str) -> str:
        """Return the key of a period's current manifest.

        The folders of single deliveries, where there are any, hold another copy that
        is never overwritten; this one is always that of the newest delivery.
        """
        name = f"{self.name}-Manifest.json"
        if self.kind == "data export":
            return f"{self.folder}/metadata/{PARTITION}{period}/{name}"
        return f"{self.folder}/{self.ranges.get(period, _range(period))}/{name}"

    def insides(self, period: str) -> tuple[str, ...]:
        """Return the folders below which a period's files have to lie."""
        if self.kind == "data export":
            return (f"{self.folder}/data/{PARTITION}{period}/",)
        year, month = period.split("-")
        # Parquet for Athena; the month is not padded.
        partition = f"{self.folder}/{self.name}/year={year}/month="
        return (
            f"{self.folder}/{self.ranges.get(period, _range(period))}/",
            f"{partition}{int(month)}/",
            f"{partition}{month}/",
        )


def find_layout(store: Store, prefix: str, name: str) -> Layout:
    """Look at the folders of an export.

    Args:
        store: The bucket.
        prefix: Prefix that the export was given.
        name: Name of the export.
    """
    folder = f"{prefix}/{name}".lstrip("/")
    folders = store.list_folders(folder)
    ranges = {
        f"{match[1]}-{match[2]}": found
        for found in folders
        if (match := RANGE.fullmatch(found))
    }
    partitions = (
        store.list_folders(f"{folder}/metadata") if "metadata" in folders else []
    )
    periods = [
        period
        for found in partitions
        if PERIOD.fullmatch(period := found.removeprefix(PARTITION))
    ]
    if periods and ranges:
        raise ExtractError(
            f"{store.uri(folder)} holds a Data Export (metadata/) and a legacy report "
            f"({min(ranges.values())}/) at once; both tell the same bill. Have one of "
            "them delivered under another prefix."
        )
    if not periods and not ranges:
        raise ExtractError(_no_export(store, prefix, name))
    return Layout(
        kind="legacy report" if ranges else "data export",
        folder=folder,
        name=name,
        periods=sorted(ranges or periods),
        ranges=ranges,
    )


def _range(period: str) -> str:
    following = last_day(period) + timedelta(days=1)
    return f"{first_day(period):%Y%m%d}-{following:%Y%m%d}"


def _no_export(store: Store, prefix: str, name: str) -> str:
    others = store.list_folders(prefix)
    if name in others:
        folder = store.uri(f"{prefix}/{name}".lstrip("/"))
        return (
            f"{folder} has no manifest of a month: neither metadata/BILLING_PERIOD="
            "YYYY-MM/ of a Data Export, nor yyyymmdd-yyyymmdd/ of a legacy report. AWS "
            "writes it after the files, for the first time within 24 hours; where the "
            "folder is a copy, copy all of it."
        )
    found = f"; it holds {', '.join(others)}" if others else ", nor anything else"
    return (
        f"There is no export {name!r} below {store.uri(prefix)}{found}. Set "
        "sources.aws_cur.prefix and export_name to the export's. A new export is "
        "delivered for the first time within 24 hours."
    )
