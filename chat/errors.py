"""What the chat says when it cannot do what was asked."""


class QueryError(ValueError):
    """The query cannot be answered as it stands; the message says what would work."""


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names it."""


class ModelFailed(Exception):  # noqa: N818 - reads as what happened
    """A language model gave nothing that can be used; the message says why."""


class NotInScope(QueryError):  # noqa: N818 - reads as what happened
    """The figure exists, but not for this asker."""
