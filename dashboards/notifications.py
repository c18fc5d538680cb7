"""Whom Grafana tells, how often, and in which words."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

RECEIVER = "llm-costs"
MESSAGE = "llm_costs.message"
TITLE = "llm_costs.title"

# Addresses and secrets come from Grafana's environment. Without braces: what stands in
# braces is expanded twice, and a secret with a dollar in it would be cut.
CHANNELS: dict[str, Json] = {
    "email": {
        "type": "email",
        "settings": {
            "addresses": "$ALERT_EMAIL_ADDRESSES",
            "singleEmail": True,
            "subject": f'{{{{ template "{TITLE}" . }}}}',
            "message": f'{{{{ template "{MESSAGE}" . }}}}',
        },
    },
    "slack": {
        "type": "slack",
        "settings": {
            "url": "$ALERT_SLACK_URL",
            "title": f'{{{{ template "{TITLE}" . }}}}',
            "text": f'{{{{ template "{MESSAGE}" . }}}}',
        },
    },
    "webhook": {
        "type": "webhook",
        "settings": {
            "url": "$ALERT_WEBHOOK_URL",
            "httpMethod": "POST",
            "authorization_scheme": "Bearer",
            "authorization_credentials": "$ALERT_WEBHOOK_TOKEN",
        },
    },
}

# Name under which Grafana tells that a rule could not be asked.
NOT_ASKED = "DatasourceError"

# No dollar stands in here: Grafana would take it for a variable of its environment.
_TITLE = (
    f'{{{{ define "{TITLE}" }}}}'
    "{{ if gt (len .Alerts.Firing) 0 }}{{ len .Alerts.Firing }} firing"
    "{{ else }}resolved{{ end }}: "
    f'{{{{ if eq .CommonLabels.alertname "{NOT_ASKED}" }}}}'
    "the warehouse does not answer"
    "{{ else }}{{ .CommonLabels.alertname }}{{ end }}"
    + "".join(
        f'{{{{ with .CommonLabels.{name} }}}}{{{{ if ne . "all" }}}} ({{{{ . }}}})'
        "{{ end }}{{ end }}"
        for name in ("cloud_provider", "customer_id", "team")
    )
    + "{{ end }}"
)
# A rule that could not be asked has the annotations of its rule, and no figure to fill
# them with: its runbook is another one, and what it says is Grafana's error.
_MESSAGE = f"""{{{{ define "{MESSAGE}" }}}}
{{{{ range .Alerts.Firing }}}}{{{{ if eq .Labels.alertname "{NOT_ASKED}" }}}}\
Not judged, since the warehouse does not answer: {{{{ .Labels.rulename }}}}\
{{{{ with .Annotations.Error }}}}
{{{{ . }}}}{{{{ end }}}}
What to do: {{{{ reReplaceAll "[^/]+[.]md" "stale-data.md" .Annotations.runbook_url }}}}
{{{{ else }}}}{{{{ .Annotations.summary }}}}
What to do: {{{{ .Annotations.runbook_url }}}}
Look at it: {{{{ .PanelURL }}}}
{{{{ end }}}}{{{{ end }}}}{{{{ range .Alerts.Resolved }}}}\
{{{{ if eq .Labels.alertname "{NOT_ASKED}" }}}}Judged again: {{{{ .Labels.rulename }}}}
{{{{ else }}}}Over: {{{{ .Annotations.summary }}}}
{{{{ end }}}}{{{{ end }}}}{{{{ end }}}}"""


def contact_points(channels: tuple[str, ...]) -> Json:
    """Give the file of contact points: one, with a receiver for each channel.

    Args:
        channels: Keys of CHANNELS.

    Raises:
        ValueError: There is no such channel, or none at all.
    """
    unknown = sorted({*channels} - {*CHANNELS})
    if unknown or not channels:
        named = ", ".join(unknown) or "none"
        raise ValueError(
            f"Alerts cannot be sent by {named}: use {', '.join(CHANNELS)}."
        )
    receivers = [
        {"uid": f"{RECEIVER}-{name}", **CHANNELS[name]}
        for name in CHANNELS
        if name in channels
    ]
    point = {"orgId": 1, "name": RECEIVER, "receivers": receivers}
    return {"apiVersion": 1, "contactPoints": [point]}


def policies() -> Json:
    """Give the file of policies, which replaces all policies of the organisation.

    An alert about a day stands for three days, so within four it is told once. What is
    critical and lasts is told again every day.
    """
    grouping = ["alertname", "cloud_provider", "customer_id", "team"]
    policy = {
        "orgId": 1,
        "receiver": RECEIVER,
        "group_by": grouping,
        "group_wait": "1m",
        "group_interval": "1h",
        "repeat_interval": "4d",
        "routes": [
            {
                # The warehouse does not answer: all rules fail together, and are one
                # message. First, since these alerts have their rules' labels as well.
                "receiver": RECEIVER,
                "group_by": ["alertname"],
                "object_matchers": [["alertname", "=", NOT_ASKED]],
                "repeat_interval": "1d",
            },
            {
                "receiver": RECEIVER,
                "group_by": grouping,
                "object_matchers": [
                    ["severity", "=", "critical"],
                    ["about", "=~", "data|budget"],
                ],
                "repeat_interval": "1d",
            },
        ],
    }
    return {"apiVersion": 1, "policies": [policy]}


def templates() -> Json:
    """Give the file of message templates."""
    texts = {TITLE: _TITLE, MESSAGE: _MESSAGE}
    return {
        "apiVersion": 1,
        "templates": [
            {"orgId": 1, "name": name, "template": text} for name, text in texts.items()
        ],
    }
