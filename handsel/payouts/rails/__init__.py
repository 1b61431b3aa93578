"""The ways money travels. Each is a folder of its own that makes a file of plain transfers.

To add one, copy its neighbour whole and name it here.
"""

from collections.abc import Mapping

from handsel.payouts.rails import csv, sepa
from handsel.payouts.rails.values import BankFileMaker

RAILS: Mapping[str, BankFileMaker] = {"sepa": sepa.bank_file, "csv": csv.bank_file}
