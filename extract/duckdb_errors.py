"""What DuckDB objects to in a file, in one sentence that names the file and the row."""

from __future__ import annotations

import re

import duckdb

from extract.errors import first_line

# DuckDB tells a row of a CSV file in many lines; the file's name is a late one.
ROW = re.compile(r"CSV Error on Line: (?P<row>\d+)\s+Original Line: ?(?P<text>[^\n]*)")
FILE = re.compile(r"^\s+file = (?P<path>.+?)\s*$", re.MULTILINE)
UNREADABLE = re.compile(r'Error when sniffing file "(?P<path>[^"]+)"')
SHOWN = 80
GUESS = "Try auto-detecting the JSON format"
NO_TABLE = (
    "is no CSV file that can be read: columns are separated by commas, every row has "
    "as many as the first one, and the text is UTF-8."
)


def told(error: BaseException) -> str:
    """Return what an error of DuckDB says about a file.

    Args:
        error: The error.

    Returns:
        One sentence or two, the last with its full stop.
    """
    whole = str(error)
    if unreadable := UNREADABLE.search(whole):
        return f"{unreadable['path']} {NO_TABLE}"
    row, file = ROW.search(whole), FILE.search(whole)
    if not (row and file):
        # Its text holds the cause; what it came after may be another file's error.
        said = first_line(
            Exception(whole) if isinstance(error, duckdb.Error) else error
        )
        # More is said after it; and nobody can choose another format here.
        return f"{said.removesuffix(GUESS).rstrip('. ')}."
    reason = whole[row.end() :].strip().partition("\n")[0].rstrip(".")
    line = row["text"].strip()
    shown = f"{line[:SHOWN]}…" if len(line) > SHOWN else line
    return f"{file['path']}, row {row['row']}: {reason}. The row is {shown!r}."
