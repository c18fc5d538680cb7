"""CSV files, plain and zipped, as they come out of portals and archives."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from extract.archives import unpacked
from extract.errors import ExtractError
from extract.files import Store
from extract.readers import DELIMITED
from extract.scan import Question, Scan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HEADER = "section,day,cost,currency\n"
QUESTION = Question(
    columns={"section": "section", "cost": "cast(cost as double)"},
    keys={"currency": "currency"},
    costs=["cast(cost as double)"],
    start="cast(day as timestamp)",
    predicate="true",
    required=("cost", "currency"),
)


def row(cost: object = 1.5, section: str = "IT", currency: str = "EUR") -> str:
    return f"{section},2026-10-05,{cost},{currency}\n"


def zipped(members: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


def add_up(folder: Path, files: Mapping[str, bytes | str]) -> list[tuple[Any, ...]]:
    """Return lines and cost of some files by currency."""
    for name, content in files.items():
        raw = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(raw)
    store = Store(str(folder), setting="export_url")
    with unpacked(store, list(files)) as near:
        scan = Scan(near, list(files), DELIMITED)
        try:
            whole = scan.totals(QUESTION)
        finally:
            scan.close()
    return sorted((key[0], x.lines, float(x.costs[0])) for key, x in whole.items())


@pytest.mark.parametrize("ordinary", [0, 1, 50])
def test_a_row_that_begins_with_a_number_sign_is_a_row(tmp_path, ordinary):
    """An invoice section called #1 was a comment to DuckDB, and its costs were gone."""
    text = HEADER + row() * ordinary + row(2, "#1 Research") + row(3, "# 2")
    assert add_up(tmp_path, {"a.csv": text}) == [
        ("EUR", ordinary + 2, 1.5 * ordinary + 5)
    ]


def test_an_emptied_surplus_file_is_no_rows_and_no_error(tmp_path):
    """An export that shrinks has its surplus files overwritten with nothing."""
    files = {
        "a.csv.gz": gzip.compress((HEADER + row()).encode()),
        "b.csv.gz": gzip.compress(b""),
        "c.csv.gz": gzip.compress(HEADER.encode()),
    }
    assert add_up(tmp_path, files) == [("EUR", 1, 1.5)]


@pytest.mark.parametrize(
    "members",
    [
        {"a.csv": HEADER + row(), "b.csv": HEADER + row(2)},
        {"a.csv": (HEADER + row()).rstrip(), "b.csv": f"\ufeff{HEADER}{row(2)}"},
        {
            "x/": "",
            "x/a.csv": (HEADER + row() + row(2)).replace("\n", "\r\n"),
            "__MACOSX/x/._a.csv": "\0\5junk",
            "x/readme.txt": "what this is",
        },
        {"a.csv": "", "b.csv": HEADER + row() + row(2)},
    ],
)
def test_all_members_of_an_archive_are_one_file(tmp_path, members):
    """The header of the second member was a row, and its first row lost its end."""
    assert add_up(tmp_path, {"a.csv.zip": zipped(members)}) == [("EUR", 2, 3.5)]


def damaged() -> bytes:
    content = bytearray(zipped({"a.csv": HEADER + row() * 500}))
    content[60] ^= 0xFF
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.zip", b"PK\3\4 and no more", "a.zip is no zip file that can be read"),
        ("a.zip", damaged(), "a.zip is no zip file that can be read"),
        ("a.zip", zipped({"a.pdf": "%PDF"}), "no CSV file in it (it has a.pdf)"),
        (
            "a.zip",
            zipped({"a.csv": HEADER, "b.csv": "other\n1\n"}),
            "has a.csv and b.csv in it, which have other columns",
        ),
        ("a.zip", zipped({"a.csv": HEADER + row("1x")}), "/a.zip does not fit"),
        ("a.csv", HEADER + row('"1,5"'), "a.csv does not fit: Conversion Error: Could"),
        ("a.csv", HEADER + row("NaN"), "column cost of"),
        ("a.csv", HEADER + row("1e30"), "a.csv does not fit"),
        ("a.csv", HEADER + row() * 30_000 + "IT,1\n", "a.csv, row 30002: Expected"),
        ("a.csv", (HEADER + row()).encode("utf-16"), "and the text is UTF-8"),
        ("a.csv", HEADER + row() + row("", "IT"), "cost is null in 1 lines of"),
        ("a.csv", HEADER + row() + row(currency=""), "currency is null in 1 lines"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path, name, content, words):
    """A row without a file is looked for in hundreds of them."""
    with pytest.raises(ExtractError) as caught:
        add_up(tmp_path, {name: content})
    assert words in str(caught.value)
    assert f"{tmp_path}/{name}" in str(caught.value)
