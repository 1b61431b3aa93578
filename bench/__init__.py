"""How fast Handsel is, beside yardsticks measured in the same run: `make bench`.

Each part is a module with a `measure` that yields results; `__main__` runs them all.
"""
