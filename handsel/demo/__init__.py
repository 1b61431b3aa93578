"""A demo that tells a story: a year of a shop's real orders, with simulated partners and clicks.

Nothing is written into tables: `world` is everything outside (visitors who click, a shop that
reports orders and refunds), and speaks to Handsel as tracking and shops do; `story` is the people
in it, who call the services that the screens call. Both live through the year in its own time
(`handsel.clock`). What is real and what is invented: docs/demo.md.
"""
