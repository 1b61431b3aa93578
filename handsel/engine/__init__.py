"""The rules, as pure functions over plain values: no Django, no I/O, no clock, no language.

Read in this order: `orders` (facts become the state of an order), `attribution` (touches become
a credit), `terms` (what was agreed), `commission` (what is earned, and why), `merkle` and `proof`
(how anyone can check it later). `docs/terms.md` and `docs/proof.md` have the worked numbers.
"""
