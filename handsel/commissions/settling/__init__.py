"""What a partnership earns besides single orders, with rows, ledger and locks around it: periods,
days of clicks, bonuses, shares of what partners earn whom it brought, amounts by hand.

The engine (`engine.settling`) decides; here its inputs are gathered and what comes out is booked:
one commission each, revised and posted by its difference whenever what it depends on has changed.
See docs/settling.md.
"""
