"""Copy the browser libraries from node_modules to where the pages load them.

    python -m handsel.ui.vendor

Copies rather than a bundle: what is served is the published file, byte for byte, with its
licence beside it. `package.json` pins the versions.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "node_modules"
TARGET = Path(__file__).resolve().parent / "static" / "vendor"

INTER = "@fontsource-variable/inter"
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    # The module build: charts.js imports it only on pages that hold a chart.
    "echarts.esm.min.js": "echarts/dist/echarts.esm.min.js",
    "echarts.LICENSE.txt": "echarts/LICENSE",
    "echarts.NOTICE.txt": "echarts/NOTICE",
    "inter-latin-wght-normal.woff2": f"{INTER}/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext-wght-normal.woff2": f"{INTER}/files/inter-latin-ext-wght-normal.woff2",
    "inter.LICENSE.txt": f"{INTER}/LICENSE",
}


class LibrariesMissing(Exception):
    """node_modules is absent or lacks a file; the text says what to run."""


def copy(source: Path = SOURCE, target: Path = TARGET) -> list[Path]:
    """Copy every library file and return the copies; all or none."""
    missing = [path for path in FILES.values() if not (source / path).is_file()]
    if missing:
        raise LibrariesMissing(
            f"Browser libraries are missing below {source}: {', '.join(missing)}.\n"
            f"Run `npm ci --omit=dev` in {source.parent} and then this command again."
        )
    target.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copyfile(source / path, target / name)) for name, path in FILES.items()]


def main() -> int:
    try:
        copies = copy()
    except LibrariesMissing as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{len(copies)} files in {TARGET.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
