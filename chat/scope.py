"""Whose costs an asker may see; nothing can be compiled without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The customers whose rows may be read.

    Made by `everything` or `only`, from a verified token and from nothing else.

    Attributes:
        customers: Customer ids; None stands for all, an empty set for none at all.
    """

    customers: frozenset[str] | None

    @classmethod
    def everything(cls) -> Scope:
        """Give the scope of the company's own people."""
        return cls(customers=None)

    @classmethod
    def only(cls, customers: Iterable[str]) -> Scope:
        """Give the scope of some customers."""
        return cls(customers=frozenset(customers))

    @property
    def is_restricted(self) -> bool:
        """Whether rows of other customers have to stay out."""
        return self.customers is not None
