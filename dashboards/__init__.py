"""Grafana dashboards over the cost marts, as code.

Each dashboard's module reads as its table of contents. Build with
``python -m dashboards.build`` (see README.md).
"""
