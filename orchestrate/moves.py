"""The ledger of moves: which customer's home is which phase, and was before.

dbt_project/seeds/warehouse_moves.csv is only ever added to. A customer's home is that
of the last line that names it, or else what the customer settings say. The file is a
seed, so the mart dim_customers says the same after the next build, in every warehouse,
and Git keeps who moved whom. It is replaced as a whole by a rename: a crash leaves all
of a command's moves or none.
"""

import csv
import fcntl
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from orchestrate.homes import HOMES, Home
from orchestrate.steps import StepFailed

LEDGER = Path("dbt_project/seeds/warehouse_moves.csv")


@dataclass(frozen=True, kw_only=True)
class Move:
    """One line of the ledger.

    Attributes:
        move_number: 1, 2, 3, ...; the last one of a customer counts.
        moved_at: When, in UTC.
        customer_id: Who.
        warehouse_home: The home since then.
        action: pilot, batch or rollback.
        clean_days: Clean days in a row at that time.
        reason: What the operator said.
    """

    move_number: int
    moved_at: str
    customer_id: str
    warehouse_home: Home
    action: str
    clean_days: int
    reason: str


COLUMNS = tuple(field.name for field in fields(Move))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A move that is to be made."""

    customer_id: str
    warehouse_home: Home
    action: str
    clean_days: int
    reason: str = ""


def read_moves(path: Path = LEDGER) -> list[Move]:
    """Read the ledger, oldest first.

    Raises:
        StepFailed: It is not there, or a line is no move.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise StepFailed(
            f"The ledger of moves cannot be read: {error}",
            way_out=f"Git has it: `git checkout {path}`.",
        ) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise StepFailed(
            f"{path} does not have the columns {', '.join(COLUMNS)}.",
            way_out=f"Git has the file as it was: `git diff {path}`.",
        )
    moves = [_move(path, number, row) for number, row in enumerate(reader, start=1)]
    return sorted(moves, key=lambda move: move.move_number)


def homes(moves: Sequence[Move]) -> dict[str, Move]:
    """Give each customer's last move."""
    return {move.customer_id: move for move in moves}


@contextmanager
def hold_ledger(path: Path = LEDGER) -> Iterator[list[Move]]:
    """Keep other commands from moving customers meanwhile; give the moves so far.

    Raises:
        StepFailed: Another command is moving customers.
    """
    # Not beside the seed, where Git and dbt would find the lock.
    lock = Path("data") / f"{path.name}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StepFailed(
                "Another command is moving customers.",
                way_out="Wait until it is done, then see `llm-costs migrate status`.",
            ) from error
        yield read_moves(path)


def add_moves(
    wanted: Sequence[Wanted],
    so_far: Sequence[Move],
    *,
    now: datetime,
    path: Path = LEDGER,
) -> list[Move]:
    """Add moves to the ledger, all of them or none; the lock must be held.

    Args:
        wanted: The moves.
        so_far: The moves that the ledger has.
        now: When.
        path: The ledger.
    """
    last = max((move.move_number for move in so_far), default=0)
    moves = [
        Move(
            move_number=number,
            moved_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            **asdict(move),
        )
        for number, move in enumerate(wanted, start=last + 1)
    ]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=COLUMNS, lineterminator="\n")
    writer.writerows(asdict(move) for move in moves)
    before = path.read_text(encoding="utf-8")
    if not before.endswith("\n"):
        before += "\n"
    # dbt takes every .csv of the folder for a seed.
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", encoding="utf-8", newline="") as file:
        file.write(before + text.getvalue())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return moves


def _move(path: Path, number: int, row: dict[str, str]) -> Move:
    try:
        home: Home = next(home for home in HOMES if home == row["warehouse_home"])
        return Move(
            move_number=int(row["move_number"]),
            moved_at=row["moved_at"],
            customer_id=row["customer_id"].lower(),
            warehouse_home=home,
            action=row["action"],
            clean_days=int(row["clean_days"]),
            reason=row["reason"],
        )
    except (ValueError, TypeError, AttributeError, StopIteration) as error:
        raise StepFailed(
            f"{path}, move {number}, is no move: {row}",
            way_out=f"Git has the file as it was: `git diff {path}`.",
        ) from error
