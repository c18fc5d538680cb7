"""What a language model used for an answer: requests and tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COUNTS = (
    "model_requests",
    "input_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "output_tokens",
)


def upgrade() -> None:
    """Add the columns; of answers before nothing is known, and 0 is kept."""
    op.add_column("answers", sa.Column("model", sa.String(100), nullable=True))
    for name in COUNTS:
        column = sa.Column(name, sa.Integer, nullable=False, server_default="0")
        op.add_column("answers", column)


def downgrade() -> None:
    """Drop the columns."""
    for name in (*COUNTS, "model"):
        op.drop_column("answers", name)
