"""Handsel: affiliate and partner programs in which every number can be explained."""

__version__ = "0.1.0"
