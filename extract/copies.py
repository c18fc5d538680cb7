"""Files of one bill that hold the same rows, where no manifest says which count.

A month that was downloaded twice, or a table that was extracted anew beside its last
extract, would count twice. Parts of one bill have no rows in common, or next to none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.errors import ExtractError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.scan import Question, Scan

# Of the rows of the file that has fewer; a later state of a month has nearly all that
# the earlier one had, and parts have none but by chance.
SMALLEST_SHARE = 0.5
# About so many rows are compared; of bigger bills a sample, chosen by cost and time: to
# look at all that rows are known by takes longer than to read the bill.
COMPARED = 100_000


def require_parts(
    scan: Scan, question: Question, names: Sequence[str], rows: int, keep: str
) -> None:
    """Raise if two of several files hold the same rows.

    Args:
        scan: The files.
        question: What is read of them.
        names: Landed columns by which a row is known.
        rows: How many rows the files have.
        keep: What to do about it.
    """
    if len(scan.paths) == 1:
        return
    digest = f"hash({', '.join(question.columns[name] for name in names)})"
    chosen_by = f"hash({', '.join([question.start, *question.costs])})"
    sampled = f"{chosen_by} % {1 + rows // COMPARED} = 0"
    with scan.explaining(question):
        pairs = scan.connection.sql(
            f"""
            with
                known as materialized (
                    select distinct filename, {digest} as digest
                    from {scan.relation}
                    where ({question.scope}) and {sampled}
                ),
                sizes as (
                    select filename, count(*) as size from known group by filename
                )
            select one.filename, other.filename, count(*) as shared
            from known as one
            inner join known as other
                on one.digest = other.digest and one.filename < other.filename
            inner join sizes as a on a.filename = one.filename
            inner join sizes as b on b.filename = other.filename
            group by one.filename, other.filename, a.size, b.size
            having count(*) > {SMALLEST_SHARE} * least(a.size, b.size)
            order by one.filename, other.filename
            """  # noqa: S608
        ).fetchall()
    if pairs:
        one, other, shared = pairs[0]
        raise ExtractError(
            f"{one} and {other} hold the same rows ({shared:,} of those that were "
            f"compared), which would count twice. {keep}"
        )
