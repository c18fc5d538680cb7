"""The view of usage: counts by day and planner, for a dashboard's panel."""

from alembic import op

revision = "0002"
down_revision = "0001"

# A day is the first ten characters of a time on SQLite, and of its text on PostgreSQL.
VIEW = """
create view chat_usage as
select
    substr(cast(answers.asked_at as varchar(40)), 1, 10) as day,
    answers.planner as planner,
    count(*) as questions,
    count(distinct answers.subject) as askers,
    sum(case when answers.outcome = 'answered' then 1 else 0 end) as answered,
    sum(case when answers.outcome = 'asked_back' then 1 else 0 end) as asked_back,
    sum(case when answers.outcome = 'refused' then 1 else 0 end) as refused,
    sum(case when answers.outcome = 'failed' then 1 else 0 end) as failed,
    sum(case when feedback.rating = 'up' then 1 else 0 end) as thumbs_up,
    sum(case when feedback.rating = 'down' then 1 else 0 end) as thumbs_down,
    avg(answers.milliseconds) as mean_milliseconds,
    max(answers.milliseconds) as slowest_milliseconds
from answers
left join feedback on feedback.answer_id = answers.id
group by
    substr(cast(answers.asked_at as varchar(40)), 1, 10),
    answers.planner
"""


def upgrade() -> None:
    """Make the view."""
    op.execute(VIEW)


def downgrade() -> None:
    """Drop the view."""
    op.execute("drop view chat_usage")
