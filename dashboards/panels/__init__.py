"""Panels, each a function ``<measure>_<visual>()`` that takes the data source.

A description says what the panel is for and what its extremes mean, since it is what
Grafana shows to somebody who wonders.
"""
