"""A program that posts and seals as fast as it can, and says what was acknowledged, line by line.

`python -m handsel.ledger.tests.poster`; ends with its database. With `check` it only says what
`check_all` finds.
"""

import os
import sys
import threading

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "handsel.config.settings"
os.environ["HANDSEL_SCOPE"] = "system"
POSTERS = 3


def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def post_forever():
    from handsel.ledger.services import post_entries
    from handsel.ledger.tests.conftest import Deal

    deal = Deal()
    while True:
        entries = [deal.recorded(), deal.recorded(7)]
        post_entries(entries)
        for entry in entries:
            say("posted", entry.key)


def seal_forever():
    from handsel.ledger.seal import seal_new

    while True:
        checkpoint = seal_new()
        if checkpoint:
            say("sealed", checkpoint.size, bytes(checkpoint.root).hex())


def check():
    from handsel.ledger.check import check_all

    for finding in check_all().findings:
        say("finding", finding.code, dict(finding.params))


def until_the_database_is_gone(work):
    from django.db import Error

    try:
        work()
    except Error:
        os._exit(0)


def main():
    django.setup()
    if sys.argv[1:] == ["check"]:
        check()
        return
    for work in [post_forever] * POSTERS + [seal_forever]:
        threading.Thread(target=until_the_database_is_gone, args=[work]).start()


if __name__ == "__main__":
    main()
