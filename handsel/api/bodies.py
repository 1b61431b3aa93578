"""JSON in, JSON out: strict about what comes, one spelling for what goes."""

import json
from collections.abc import Mapping
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from handsel.api.problems import (
    BodyCompressed,
    BodyNotJson,
    Faults,
    FieldFault,
    JsonInvalid,
    too_large,
)
from handsel.engine.values import Value, member_path, once_each

BODY_BYTES_MAX = 1024 * 1024

V = TypeVar("V", bound=Value)


def json_object(request: HttpRequest) -> dict[str, object]:
    """The object in the body. No body at all is an empty one.

    Raises BodyTooLarge (413), BodyCompressed and BodyNotJson (415), JsonInvalid (400), and Faults
    (422) for JSON that is no object.
    """
    body = request.body
    if len(body) > BODY_BYTES_MAX:
        raise too_large()
    if not body:
        return {}
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise BodyCompressed(
            _("The body is compressed, and is not taken so."),
            field="Content-Encoding",
            remedy=_("Send it as it is, in at most 1 MiB."),
        )
    if request.content_type != "application/json":
        raise BodyNotJson(
            _("The body is not marked as JSON."),
            remedy=_("Send “Content-Type: application/json”."),
        )
    try:
        # Refuses NaN, lone surrogates and nesting without end; keeps whole numbers of any size.
        found = from_json(body, allow_inf_nan=False)
        to_json(found, inf_nan_mode="constants")
    except ValueError as error:
        raise JsonInvalid(
            _("The body is not valid JSON."),
            field="body",
            remedy=_("Compare it with the example in the documentation and send it again."),
        ) from error
    if not isinstance(found, dict):
        raise Faults([FieldFault(field="body", message="Input should be an object")])
    json.loads(body, object_pairs_hook=once_each, parse_int=str)
    return found


def no_body(request: HttpRequest) -> None:
    """For what needs none: an empty object will do. Raises as `json_object`, and Faults for any
    field."""
    checked(Value, json_object(request))


def checked(model: type[V], body: Mapping[str, object]) -> V:
    """The body as a value. Raises Faults with all that is wrong, and what the model refuses."""
    try:
        return model.model_validate_json(to_json(body))
    except ValidationError as error:
        raise Faults(
            [
                FieldFault(
                    field=member_path(fault["loc"], body) or "body",
                    message=fault["msg"].removeprefix("Value error, "),
                )
                for fault in error.errors(include_url=False, include_input=False)
            ]
        ) from None


def reply(status: int, body: Schema, *, location: str = "") -> HttpResponse:
    response = HttpResponse(body.model_dump_json(), status=status, content_type="application/json")
    if location:
        response["Location"] = location
    return response
