"""Conversions from a file: kept, mapped, tried without writing, then taken in through the inbox.

`reading` opens CSV and XLSX as rows; `mapping` says which column means what and `proposals` guesses
it; `events` makes messages of rows; `applying` sends them to the inbox, for good or to be rolled
back; `running` does so in batches that survive being killed. See docs/files.md.
"""
