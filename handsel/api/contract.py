"""The OpenAPI file: what ninja reads from the operations, and what they say themselves.

Bodies are read by the same pydantic models that check them (`bodies.checked`), but not by ninja,
which would be lenient; so each operation that takes one says so with `takes`.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from pydantic import BaseModel

from handsel.api.answers import (
    REF,
    Json,
    components,
    describe_ids,
    describe_parameter,
    describe_success,
    in_ecma,
    lead_on,
    refusals_of,
)
from handsel.api.examples import EXAMPLE_IDS, EXAMPLES, KINDS, PREFIXES, id_pattern
from handsel.api.idempotency import HEADER, LENGTH_MAX
from handsel.api.problems import Problem
from handsel.intake.messages import MESSAGES

IDEMPOTENCY_KEY: Json = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "Sent again with the same key within 24 hours, the request is answered as "
    "before and not done again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LENGTH_MAX},
}
PROGRAM: Json = {
    "type": ["string", "null"],
    "description": "The id of the program. May be left out where there is only one.",
}


def takes(model: type[BaseModel], example: Json, *, required: bool = True) -> Json:
    """The body of an operation, for its `openapi_extra`."""
    return _body(model.model_json_schema(ref_template=REF), example, required=required)


def takes_nothing() -> Json:
    """No body, or an empty object."""
    schema = {"type": "object", "additionalProperties": False}
    return _body(schema, {}, required=False)


def takes_messages(
    kinds: Mapping[str, Iterable[str]],
    example: Json,
    *,
    in_address: Iterable[str] = (),
    required: bool = True,
) -> Json:
    """A body that is a message of `handsel.intake.messages`, named in `kind`.

    `kinds` has the values of `kind` for each message: none where the address tells already.
    `in_address` are fields that the address has, and the body need not.
    """
    schemas = [_message(kind, list(names), set(in_address)) for kind, names in kinds.items()]
    schema = schemas[0] if len(schemas) == 1 else _either(schemas)
    return _body(schema, example, required=required)


def _message(kind: str, names: list[str], in_address: set[str]) -> Json:
    schema = MESSAGES[kind].model_json_schema(ref_template=REF)
    schema["properties"]["program"] = PROGRAM
    required = set(schema.get("required", [])) - in_address
    if names:
        schema["properties"]["kind"] = {"enum": names}
        required |= {"kind"} if kind != "order" else set()
    schema["required"] = sorted(required)
    return schema


def _either(schemas: list[Json]) -> Json:
    definitions: Json = {}
    for schema in schemas:
        definitions |= schema.pop("$defs", {})
    return {"anyOf": schemas, "$defs": definitions}


def _body(schema: Json, example: Json, *, required: bool) -> Json:
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"required": required, "content": content}}


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name a client made from the file gives its function."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        found = super().get_openapi_schema(**options)
        schemas = found["components"]["schemas"]
        schemas["Problem"] = Problem.model_json_schema(ref_template=REF)
        schemas |= schemas["Problem"].pop("$defs")
        found["components"] |= components()
        scopes = self._scopes()
        for path, operations in found["paths"].items():
            for method, operation in operations.items():
                _describe(operation, scopes[operation["operationId"]])
                _take_body(method, operation, schemas)
                _say_how_it_answers(path, method, operation)
        lead_on(found["paths"])
        for name, schema in schemas.items():
            if name in EXAMPLES:
                own = {"id": KINDS[name]} if name in KINDS else {}
                columns = {column: column for column in PREFIXES if column != "code"}
                describe_ids(schema, columns | own)
        in_ecma(found)
        return found

    def _scopes(self) -> dict[str, tuple[str, ...]]:
        """What a key needs for each operation, by its name."""
        return {
            operation.view_func.__name__: operation.auth_callbacks[0].scopes  # type: ignore[attr-defined]
            for _prefix, router in self._routers
            for view in router.path_operations.values()
            for operation in view.operations
        }


def _describe(operation: Json, scopes: tuple[str, ...]) -> None:
    """The first sentence of what an operation says of itself is its name in lists."""
    said = " ".join(operation["description"].split())
    operation["summary"] = said.partition(". ")[0].rstrip(".")
    operation["description"] = f"{said}\n\nThe key needs the scope `{scopes[0]}`."
    operation["security"] = [{name: list(scopes)} for name in operation["security"][0]]


def _take_body(method: str, operation: Json, schemas: Json) -> None:
    if method == "post":
        operation["parameters"].append(IDEMPOTENCY_KEY)
    if method in ("post", "patch"):
        # A copy: ninja hands out what the operation was declared with.
        body = operation["requestBody"] = deepcopy(operation["requestBody"])
        schemas |= body["content"]["application/json"]["schema"].pop("$defs", {})


def _say_how_it_answers(path: str, method: str, operation: Json) -> None:
    responses = {str(status): answer for status, answer in operation["responses"].items()}
    for status, answer in responses.items():
        describe_success(status, method, answer)
    operation["responses"] = responses | refusals_of(path, method, operation)
    for parameter in operation["parameters"]:
        describe_parameter(parameter)
        column = parameter["name"].removesuffix("_id")
        if parameter["in"] == "path" and column in PREFIXES:
            parameter["schema"] |= {"pattern": id_pattern(column)}
            parameter["example"] = EXAMPLE_IDS[column]
