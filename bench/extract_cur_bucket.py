"""What a bill in S3 costs to load: per period, and when nothing has changed.

`python bench/extract_cur.py --bucket [--lines N] [--periods N]`

Serves the month of `extract_cur.py` from moto over HTTP, as several billing periods,
and loads it in processes of their own: one period, all periods, and all once more
without any news. Requests are counted at the server's door.
"""

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

YEAR = 2026


def compare_periods(
    month: Path, export: str, periods: int, measure: Callable[..., Any]
) -> None:
    """Measure and print.

    Args:
        month: The bucket's folder with one month.
        export: Key of the export's folder.
        periods: How many periods to serve.
        measure: Runs a way of `extract_cur.py` in a process of its own.
    """
    from s3_server import s3_server  # noqa: PLC0415 - moto takes seconds to import

    with s3_server() as bucket, tempfile.TemporaryDirectory() as work:
        os.environ |= bucket.environment
        os.environ["SOURCES__AWS_CUR__LOOK_BACK_PERIODS"] = str(periods)
        found = {}
        for number in range(1, periods + 1):
            _upload(bucket, month, export, f"{YEAR}-{number:02d}")
            if number in {1, periods}:
                folder = Path(work, str(number))
                folder.mkdir()
                bucket.requests.clear()
                measured = measure("bucket", "", str(folder))
                found[number] = (measured, _count(bucket))
        bucket.requests.clear()
        again = measure("bucket", "", str(Path(work, str(periods))))
        requests = _count(bucket)
    one, every = found[1], found[periods]
    print(f"\nS3 (moto over HTTP), {periods} periods of {one[0].rows:,} landed lines")
    print(f"{'':<20}{'wall s':>8}{'peak MB':>9}  requests")
    for name, (measured, counted) in {
        "one period": one,
        f"{periods} periods": every,
        "no change": (again, requests),
    }.items():
        figures = f"{measured.seconds:>8.2f}{measured.megabytes:>9.0f}"
        print(f"{name:<20}{figures}  {counted}")
    extra = (every[0].seconds - one[0].seconds) / max(1, periods - 1)
    print(f"{'each further period':<20}{extra:>8.2f}")


def _upload(bucket: Any, month: Path, export: str, period: str) -> None:
    name = Path(export).name
    keys = []
    for path in sorted(month.rglob("*.parquet")):
        key = f"{export}/data/BILLING_PERIOD={period}/{path.name}"
        bucket.put(key, path.read_bytes())
        keys.append(key)
    content = {"exportName": name, "executionId": period, "dataFiles": keys}
    metadata = f"{export}/metadata/BILLING_PERIOD={period}/{name}-Manifest.json"
    bucket.put(metadata, json.dumps(content).encode())


def _count(bucket: Any) -> str:
    counted = Counter(
        f"{request.method} {_kind(request.key)}"
        for request in bucket.requests
        if request.signer != "owner"
    )
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items()))


def _kind(key: str) -> str:
    if not key:
        return "bucket"
    return "manifest" if key.endswith(".json") else "file"
