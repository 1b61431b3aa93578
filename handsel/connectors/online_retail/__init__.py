"""A year of real orders: the UCI “Online Retail” data set, as a shop whose history is imported.

`orders` reads them, `cancellations` matches what was sent back, `touches` holds the simulated
part (who is said to have brought the buyers), `importing` sends all of it through the inbox.
See docs/online-retail.md.
"""
