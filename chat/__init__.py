"""Questions about costs: typed queries over the marts, compiled for any warehouse.

A question becomes a `CostQuery`, never SQL; `compile_query` makes the SQL, binds every
value and puts the asker's scope on every relation.
"""
