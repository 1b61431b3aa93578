"""SEPA credit transfers: an ISO 20022 file (pain.001.001.09) for the upload page of a bank."""

from handsel.payouts.rails.sepa.file import bank_file

__all__ = ["bank_file"]
