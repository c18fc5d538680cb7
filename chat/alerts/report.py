"""What came of the alerts of a run; apart, so that saying it needs no store."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class AlertReport:
    """What came of the alerts of a run.

    Attributes:
        judged: Subscriptions that were judged.
        sent: Messages that were delivered.
        notices: What they told, counted.
        failures: What was not judged or delivered, and why; the next run tries again.
    """

    judged: int = 0
    sent: int = 0
    notices: int = 0
    failures: list[str] = field(default_factory=list)

    def describe(self) -> str:
        """Say it in a few words."""
        text = f"{self.judged} subscriptions, {self.sent} messages sent"
        if self.failures:
            text += f", {len(self.failures)} failed (the next run tries again)"
        return text
