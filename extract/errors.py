"""The one kind of error that a person who runs the extractors gets to read."""

from __future__ import annotations


class ExtractError(Exception):
    """Something is wrong with a bill, a setting or the warehouse.

    The message names the file, unit or setting and says what to do about it, so it is
    shown as it is and without a traceback.
    """


def first_line(error: BaseException) -> str:
    """Return the innermost cause of an error on one line.

    Libraries wrap what went wrong several times; only the innermost text tells a reader
    something that he can act on.
    """
    cause = error
    while (inner := _inner(cause)) is not None:
        cause = inner
    lines = str(cause).strip().splitlines()
    if lines and lines[0].startswith("Traceback "):
        # What DuckDB makes of an error in a filesystem that it was given.
        return lines[-1].partition(": ")[2] or lines[-1]
    return lines[0] if lines else type(cause).__name__


def _inner(error: BaseException) -> BaseException | None:
    """Return what an error came of, unless whoever raised it hides that."""
    return error.__cause__ or (
        None if error.__suppress_context__ else error.__context__
    )
