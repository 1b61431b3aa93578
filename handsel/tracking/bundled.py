"""Copy the free database of countries from node_modules to where tracking and intake look for it.

    python -m handsel.tracking.bundled

It is made of the public data of the five registries, who ask to be named: their licence stays
beside it. `package.json` pins the edition. Without it countries are unknown, and all else works.
"""

import shutil
import sys
from pathlib import Path

from handsel.tracking.countries import BUNDLED

SOURCE = (
    Path(__file__).resolve().parents[2]
    / "node_modules"
    / "@ip-location-db"
    / "geo-whois-asn-country-mmdb"
)
FILES = {
    BUNDLED.name: "geo-whois-asn-country.mmdb",
    "country.LICENSE.txt": "NRO_LICENSE",
    "country.README.md": "README.md",
}


class DatabaseMissing(Exception):
    """node_modules is absent or lacks a file; the text says what to run."""


def copy(source: Path = SOURCE, target: Path = BUNDLED.parent) -> list[Path]:
    """Copy the database and its papers; all or none."""
    missing = [name for name in FILES.values() if not (source / name).is_file()]
    if missing:
        raise DatabaseMissing(
            f"The database of countries is missing below {source}: {', '.join(missing)}.\n"
            "Run `npm ci --omit=dev` beside package.json and then this command again."
        )
    return [Path(shutil.copyfile(source / path, target / name)) for name, path in FILES.items()]


def main() -> int:
    try:
        copies = copy()
    except DatabaseMissing as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{len(copies)} files in {BUNDLED.parent}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
