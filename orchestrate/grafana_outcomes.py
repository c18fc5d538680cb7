"""What a push did, or would do, to each thing in Grafana."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from rich.text import Text

from orchestrate.grafana_api import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

State = Literal[
    "created", "changed", "unchanged", "renewed", "removed", "kept", "refused"
]

STYLES: dict[State, str] = {
    "created": "green",
    "changed": "yellow",
    "renewed": "cyan",
    "removed": "magenta",
    "kept": "dim",
    "unchanged": "dim",
    "refused": "bold red",
}


@dataclass(frozen=True)
class Outcome:
    """One thing, and what became of it."""

    kind: str
    name: str
    state: State
    detail: str = ""


@dataclass
class Outcomes:
    """Everything that was looked at, in order.

    Attributes:
        is_dry: Whether nothing is written.
        of: Whose things come next, where there are several.
    """

    is_dry: bool = False
    of: str = ""
    found: list[Outcome] = field(default_factory=list)

    def note(self, kind: str, name: str, state: State, detail: str = "") -> None:
        """Note what became of one thing."""
        self.found.append(Outcome(self.of + kind, name, state, detail))

    def do(
        self,
        kind: str,
        name: str,
        state: State,
        work: Callable[[], Any],
        *,
        detail: str = "",
    ) -> bool:
        """Do one thing, unless nothing is to be written; say whether it is done.

        Args:
            kind: What it is.
            name: Which one.
            state: What becomes of it.
            work: Does it.
            detail: What is told beside.
        """
        if not self.is_dry:
            try:
                work()
            except Refused as refusal:
                self.note(kind, name, "refused", f"{refusal.status}: {refusal}")
                return False
        self.note(kind, name, state, detail)
        return True

    @property
    def refused(self) -> list[Outcome]:
        """What Grafana did not take, or is not ours to change."""
        return [each for each in self.found if each.state == "refused"]

    def count(self, state: State) -> int:
        """Count what has a state."""
        return sum(each.state == state for each in self.found)

    def show(self, console: Console) -> None:
        """Show a line for everything that is not as it was, and the sums."""
        for each in self.found:
            if each.state == "unchanged":
                continue
            line = Text.assemble((f"{each.state:<9} ", STYLES[each.state]))
            line.append(f"{each.kind} {each.name}")
            if each.detail:
                line.append(f"  {each.detail}", style="dim")
            console.print(line, soft_wrap=True)
        sums = [f"{self.count(state)} {state}" for state in STYLES if self.count(state)]
        would = "Nothing was written. Would be: " if self.is_dry else ""
        console.print(f"{would}{', '.join(sums) or 'nothing to do'}", highlight=False)
