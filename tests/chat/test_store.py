"""The store: its tables come from the migrations, and what is kept is found again."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from store_checks import check_store

from chat.store.database import MIGRATIONS, Store, StoreError
from chat.store.owners import kept_scope
from chat.store.usage_days import count_days


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a file that is not there yet."""
    made = Store(f"sqlite:///{tmp_path}/deep/chat.db")
    yield made
    made.close()


def test_a_store_in_a_file_keeps_what_it_is_given(store: Store) -> None:
    """An alert that is forgotten at a restart is none."""
    check_store(store)


def test_a_store_of_an_earlier_release_is_brought_up_to_date(store: Store) -> None:
    """Its answers would be lost, or keep the daily job from counting any."""
    Path(str(store.engine.url.database)).parent.mkdir()
    with store.connection() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(
            text(
                "insert into answers (id, asked_at, subject, role, planner, outcome,"
                " milliseconds) values ('1', '2026-11-20 23:59:00', 'u', 'finance',"
                " 'deterministic', 'answered', 8)"
            )
        )

    store.migrate()

    ((kind, counts),) = count_days(store).items()
    assert (kind.day, kind.model) == (date(2026, 11, 20), "")
    assert (counts.questions, counts.input_tokens) == (1, 0)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://u:s3cr3t@host/db", "SQLite"),
        ("not an address s3cr3t", "LLM_COSTS_CHAT_STORE_URL is no database address"),
    ],
)
def test_an_address_that_is_none_is_told_without_its_password(
    url: str, told: str
) -> None:
    """The message ends up in a log."""
    with pytest.raises(StoreError, match=told) as caught:
        Store(url)

    assert "s3cr3t" not in str(caught.value)


def test_a_server_that_is_away_is_told_by_its_setting() -> None:
    """Whoever reads the error has to know which server is meant."""
    store = Store("postgresql://u:s3cr3t@127.0.0.1:1/chat")

    with pytest.raises(StoreError, match="LLM_COSTS_CHAT_STORE_URL") as caught:
        store.migrate()

    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("role", "customers"),
    [
        ("customer", None),
        ("customer", []),
        ("customer", ["acme", "globex"]),
        ("account_manager", None),
        ("account_manager", "*"),
        ("account_manager", [None]),
        ("finance", []),
        ("root", None),
        ("root", ["acme"]),
    ],
)
def test_a_kept_scope_that_does_not_fit_its_role_is_none(
    role: str, customers: object
) -> None:
    """A row changed by hand must not make a customer see all."""
    with pytest.raises(ValueError, match="kept customers"):
        kept_scope(role, customers)
