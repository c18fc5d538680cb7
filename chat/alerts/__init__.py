"""Alerts: what people want to be told of, judged by the daily job and delivered.

A subscription is a typed rule over the registry, never SQL. It is evaluated by the same
compiler as a question, under the scope that its maker's token had.
"""
