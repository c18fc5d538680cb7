"""Language models: they fill in typed plans and word answers, and nothing else.

What a model gives back is validated like any input; the asker's scope is put on by the
compiler, so no plan of a model's making can show what its asker may not see.
"""
