"""Signing in without a password, for the demo page of this machine only.

`llm-costs serve --demo` adds these paths; without it they do not exist.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from chat.asker import complete_until, run_query
from chat.auth import Person, Role, issue_token
from chat.query import CostQuery, TimeRange
from chat.scope import Scope
from chat.service import Service, service_of

# A page of elsewhere that lets its own name point here is not served.
HOSTS = ["localhost", "127.0.0.1"]
MOST_CUSTOMERS = 8
MANAGED = 2
NOBODY = {"unattributed", "unknown"}

OfService = Annotated[Service, Depends(service_of)]
router = APIRouter(include_in_schema=False, prefix="/demo")


class Visitor(BaseModel):
    """Somebody whom the page can be tried as."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    customers: Annotated[list[str], Field(max_length=MOST_CUSTOMERS)] = []


class Signed(BaseModel):
    """A token."""

    token: str


@router.get("/visitors")
def visitors(service: OfService) -> list[Visitor]:
    """Give whom the page can be tried as: who sees all, some, or one customer."""
    anyone = Person(subject="demo", role="finance", scope=Scope.everything())
    asker = service.asker(anyone)
    query = CostQuery(
        metrics=("total_cost",),
        dimensions=("customer",),
        time=TimeRange(name="last_90_days"),
        limit=MOST_CUSTOMERS,
    )
    _, rows = run_query(query, asker, complete_until(asker))
    customers = [row["customer"] for row in rows if row["customer"] not in NOBODY]
    found = [Visitor(role="finance")]
    if len(customers) > MANAGED:
        found.append(Visitor(role="account_manager", customers=customers[:MANAGED]))
    return found + [Visitor(role="customer", customers=[one]) for one in customers]


@router.post("/token")
def token(visitor: Visitor, service: OfService) -> Signed:
    """Sign a visitor in."""
    issued = issue_token(
        service.settings,
        subject="-".join(["demo", visitor.role, *visitor.customers]),
        role=visitor.role,
        customers=visitor.customers,
    )
    return Signed(token=issued)
