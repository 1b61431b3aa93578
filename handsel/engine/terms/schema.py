"""The published JSON Schemas, of terms and of an order to try them on.

`python -m handsel.engine.terms.schema` writes them.
"""

import json
from pathlib import Path

from handsel.engine.terms.model import Terms
from handsel.engine.terms.sheet import OrderSheet
from handsel.engine.values import Value

PATH = Path(__file__).with_name("schema.json")
IDENTIFIER = "urn:handsel:terms:1"
ORDER_PATH = Path(__file__).with_name("order.schema.json")
ORDER_IDENTIFIER = "urn:handsel:terms:order:1"


def schema_text(model: type[Value] = Terms, identifier: str = IDENTIFIER) -> str:
    """JSON Schema 2020-12 of a model, as text."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": identifier,
        **model.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.write_text(schema_text(), encoding="utf-8")
    ORDER_PATH.write_text(schema_text(OrderSheet, ORDER_IDENTIFIER), encoding="utf-8")
