"""A BigQuery for tests: its REST interface with Google's own SQL inside.

``with BigQuery() as server:`` starts one on a free port; README.md beside this file
says what it can do and what it cannot.
"""

from bigquery.server import BigQuery

__all__ = ["BigQuery"]
