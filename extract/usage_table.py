"""The raw table of how the chat is used. One row per kind of answer, day and load."""

from __future__ import annotations

from extract.columns import Table

COUNTED = Table(
    name="chat_usage",
    columns={
        "usage_day": "text",
        "asker_role": "text",
        "audience": "text",
        "customer": "text",
        "planner": "text",
        "language_model": "text",
        "outcome": "text",
        "milliseconds_up_to": "bigint",
        "questions": "bigint",
        "askers": "bigint",
        "thumbs_up": "bigint",
        "thumbs_down": "bigint",
        "milliseconds": "bigint",
        "model_requests": "bigint",
        "input_tokens": "bigint",
        "cache_read_tokens": "bigint",
        "cache_write_tokens": "bigint",
        "output_tokens": "bigint",
        "load_id": "text",
        "version": "text",
        "rows_of_day": "bigint",
        "loaded_at": "instant",
    },
)
OF_THE_LOAD = ("load_id", "version", "rows_of_day", "loaded_at")
# What is counted, in the order in which rows have it.
COLUMNS = tuple(name for name in COUNTED.columns if name not in OF_THE_LOAD)
