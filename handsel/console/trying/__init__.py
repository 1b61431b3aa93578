"""Trying the tracking out: one click of one's own, followed from the link to the receipt."""
