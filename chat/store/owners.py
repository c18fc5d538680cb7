"""Whose a row of the store is: its maker's, as long as he still sees as much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chat.auth import SEES_EVERYTHING
from chat.scope import Scope

if TYPE_CHECKING:
    from chat.auth import Person


def kept_customers(scope: Scope) -> list[str] | None:
    """Give a scope as it is kept; None stands for all customers."""
    return None if scope.customers is None else sorted(scope.customers)


def is_owner(person: Person, subject: str, customers: Any) -> bool:
    """Whether a row is a person's own.

    The subject alone does not tell: an issuer may give the same one to people of two
    customers, and who has moved to another customer sees no more of the old one.

    Args:
        person: Who asks.
        subject: The row's maker.
        customers: The customers that its maker saw; None for all.
    """
    if person.subject != subject:
        return False
    if person.scope.customers is None:
        return True
    return customers is not None and set(customers) <= person.scope.customers


def kept_scope(role: str, customers: Any) -> Scope:
    """Give the scope that a row was made under.

    A row that was changed by hand must not come to see all: only a role that may, does.

    Raises:
        ValueError: Role and customers do not fit.
    """
    sees_everything = role in SEES_EVERYTHING
    if sees_everything and customers is None:
        return Scope.everything()
    is_list = isinstance(customers, list) and customers
    if not is_list or not all(isinstance(one, str) and one for one in customers):
        raise ValueError(f"the kept customers of a {role} are none")
    is_one = len(customers) == 1
    if sees_everything or role == "account_manager" or (role == "customer" and is_one):
        return Scope.only(customers)
    raise ValueError(f"the kept customers do not fit the role {role}")
