"""The SQL of panels and variables, written once over the marts.

Everything here runs on five engines, so it keeps to what they share: columns are
grouped and ordered by name, days are compared as dates, every number is cast, a ranking
is ``row_number`` rather than ``limit``. What differs comes from the dialect.
"""
