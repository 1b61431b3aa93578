"""The published JSON Schema of terms: `python -m handsel.engine.terms.schema` writes it."""

import json
from pathlib import Path

from handsel.engine.terms.model import Terms

PATH = Path(__file__).with_name("schema.json")
IDENTIFIER = "urn:handsel:terms:1"


def schema_text() -> str:
    """JSON Schema 2020-12 of the terms language, as text."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": IDENTIFIER,
        **Terms.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.write_text(schema_text(), encoding="utf-8")
