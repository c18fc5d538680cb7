"""The one error that a caller of the sample bills has to expect."""


class SampleBillsError(ValueError):
    """A parameter cannot be used; the message says which one and what to give."""
