"""What the sample company's people asked the chat, in a store as the chat keeps it.

For dashboards of the demo alone: no question was asked, and none has words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from chat.auth import Person
from chat.scope import Scope
from chat.spent import Spent
from chat.store.answers import Given, Outcome, Rating, give_feedback, record_answer
from chat.store.database import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chat.auth import Role

MODEL = "anthropic:claude-sonnet-5-5"
SATURDAY = 5
OUTCOMES: dict[Outcome, int] = {
    "answered": 86,
    "asked_back": 8,
    "refused": 5,
    "failed": 1,
}
# One answer of five is rated, four of five of those are found good.
RATINGS: dict[Rating | None, int] = {None: 80, "up": 16, "down": 4}
# How often an answer goes through the language model.
ASKS_THE_MODEL = 0.25
# Of its prompts, what is the same for all, and how often the vendor has kept that.
PROMPT_TOKENS, IS_CACHED = 5_200, 0.7


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Somebody of the company, or of its customers.

    Attributes:
        name: His subject.
        role: His role.
        customers: Whose figures he may see; none for all.
        questions: How many he asks on a working day.
    """

    name: str
    role: Role
    customers: tuple[str, ...] = ()
    questions: float

    @property
    def person(self) -> Person:
        """Who he is to the chat."""
        scope = Scope.only(self.customers) if self.customers else Scope.everything()
        return Person(subject=self.name, role=self.role, scope=scope)


ASKERS = (
    Asker(name="finance-1", role="finance", questions=4),
    Asker(name="finance-2", role="finance", questions=1.5),
    Asker(name="platform", role="admin", questions=1),
    Asker(
        name="accounts",
        role="account_manager",
        customers=("acme", "globex", "initech"),
        questions=2,
    ),
    Asker(name="a-1", role="customer", customers=("acme",), questions=2),
    Asker(name="a-2", role="customer", customers=("acme",), questions=0.5),
    Asker(name="g-1", role="customer", customers=("globex",), questions=1),
    Asker(name="h-1", role="customer", customers=("hooli",), questions=0.3),
)


def write_questions(path: Path, *, first: date, last: date, seed: int) -> None:
    """Write a store with the questions of some days.

    Args:
        path: The file, which is replaced when the new one is complete.
        first: First day.
        last: Last day, included.
        seed: Chooses the history; the same one gives the same store.
    """
    draft = path.with_name(f".{path.name}.draft")
    _remove(draft)
    store = Store(f"sqlite:///{draft}")
    try:
        store.migrate()
        random = Random(seed)
        for number in range((last - first).days + 1):
            for asker, given in _questions_of(first + timedelta(days=number), random):
                record_answer(store, asker.person, given)
                (rating,) = random.choices([*RATINGS], [*RATINGS.values()])
                if rating and given.outcome == "answered":
                    give_feedback(
                        store,
                        asker.person,
                        answer_id=given.id,
                        rating=rating,
                        comment=None,
                    )
    finally:
        store.close()
    _remove(path)
    draft.replace(path)


def _questions_of(day: date, random: Random) -> Iterator[tuple[Asker, Given]]:
    rest = 0.1 if day.weekday() >= SATURDAY else 1
    for asker in ASKERS:
        wanted = asker.questions * rest * random.uniform(0.4, 1.6)
        for _ in range(int(wanted + random.random())):
            yield asker, _given(day, random)


def _given(day: date, random: Random) -> Given:
    spent = _spent(random) if random.random() < ASKS_THE_MODEL else Spent()
    (outcome,) = random.choices([*OUTCOMES], [*OUTCOMES.values()])
    seconds = random.lognormvariate(-3, 0.5)
    if spent.model:
        seconds += random.lognormvariate(0.7, 0.4)
    return Given(
        id=f"{random.getrandbits(128):032x}",
        asked_at=datetime.combine(day, time(7), tzinfo=UTC)
        + timedelta(seconds=random.randrange(10 * 3_600)),
        seconds=seconds,
        planner="llm" if spent.model else "deterministic",
        outcome=outcome,
        spent=spent,
    )


def _spent(random: Random) -> Spent:
    cached = PROMPT_TOKENS if random.random() < IS_CACHED else 0
    return Spent(
        model=MODEL,
        requests=random.choice([1, 1, 1, 2]),
        input_tokens=cached + random.randrange(1_200, 2_600),
        cache_read_tokens=cached,
        output_tokens=random.randrange(60, 320),
    )


def _remove(path: Path) -> None:
    # SQLite keeps two files beside one that a crash left.
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
