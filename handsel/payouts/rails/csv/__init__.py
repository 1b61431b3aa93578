"""A table for any bank, service or person that pays: one row a payout."""

from handsel.payouts.rails.csv.file import bank_file

__all__ = ["bank_file"]
