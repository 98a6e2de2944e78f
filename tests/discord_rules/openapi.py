"""Discord's own OpenAPI description as a second check of request bodies.

The description is not part of this project: `DISCORD_OPENAPI` names its file. Without it, nothing is checked.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import FormatChecker, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012, Schema

from tests.discord_rules.constraints import Validator, complaint
from tests.discord_rules.rules import Request

MISSING = "Discord's OpenAPI description is not here: name its file in DISCORD_OPENAPI"
LOCAL = "#/components/schemas/"
URN = "urn:discord:"
FORMATS = FormatChecker(formats=())


def available() -> bool:
    return description() is not None


def description() -> "Description | None":
    path = Path(os.environ.get("DISCORD_OPENAPI", ""))
    return read_description(path) if path.is_file() else None


@cache
def read_description(path: Path) -> "Description":
    return Description(json.loads(path.read_text(encoding="utf-8")))


def schema_errors(request: Request) -> list[str]:
    """Return what Discord's description finds wrong, a line each, led by the JSON path. Snowflakes can be numbers."""
    described = description()
    if described is None:
        return []
    operation = described.find(request.method, request.path)
    if operation is None:
        return [f"$ goes to {request.method} {request.path}, which Discord does not describe."]
    if request.json is None:
        return ["$ is missing: this request needs a body."] if operation.needs_body else []
    return [complaint(error) for error in operation.validator.iter_errors(request.json)]


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path: the path by segments, a validator of the body, and whether it needs one."""

    segments: tuple[str, ...]
    validator: Any
    needs_body: bool

    def fits(self, segments: Sequence[str]) -> bool:
        pairs = zip(self.segments, segments, strict=False)
        return len(self.segments) == len(segments) and all(ours in ("{}", theirs) for ours, theirs in pairs)


class Description:
    """Discord's description with a validator for each operation, each compiled once.

    The value of `type` selects the branch of a union. That is faster than trying all, and errors name the right branch.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        schemas: Mapping[str, Any] = document["components"]["schemas"]
        resources = [
            (URN + name, DRAFT202012.create_resource(simplified(body, schemas))) for name, body in schemas.items()
        ]
        registry: Registry[Schema] = Registry().with_resources(resources)
        self._operations: dict[str, list[Operation]] = {}
        for path, methods in document["paths"].items():
            segments = tuple("{}" if part.startswith("{") else part for part in path.strip("/").split("/"))
            for method, details in methods.items():
                if method in {"get", "post", "put", "patch", "delete"}:
                    body = details.get("requestBody", {})
                    schema = body.get("content", {}).get("application/json", {}).get("schema", True)
                    validator = UnionValidator(simplified(schema, schemas), registry=registry, format_checker=FORMATS)
                    operation = Operation(segments, validator, bool(body.get("required")))
                    self._operations.setdefault(method.upper(), []).append(operation)

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation of a request. If several fit, it is the one with the fewest placeholders in its path."""
        segments = path.strip("/").split("/")
        fitting = [operation for operation in self._operations.get(method, []) if operation.fits(segments)]
        return min(fitting, key=lambda operation: operation.segments.count("{}"), default=None)


def simplified(schema: Any, schemas: Mapping[str, Any]) -> Any:
    """Rewrite a schema into keywords that are faster and have clearer errors. It accepts the same values."""
    if isinstance(schema, list):
        return [simplified(part, schemas) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "snowflake":
        return {**schema, "type": ["string", "integer"], "minimum": 0}
    # Beside the only value of a type, Discord also refers to the list of all types, which adds nothing.
    skipped = {"oneOf", "anyOf", "$ref"} | ({"allOf"} if "enum" in schema else set())
    result = {key: simplified(part, schemas) for key, part in schema.items() if key not in skipped}
    if "$ref" in schema:
        result["$ref"] = schema["$ref"].replace(LOCAL, URN)
    for union in ("oneOf", "anyOf"):
        if union in schema:
            result |= simplified_union(union, schema[union], schemas)
    return result


def simplified_union(union: str, branches: list[Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    if all("const" in branch for branch in branches):
        return {"enum": [branch["const"] for branch in branches]}
    rest = [branch for branch in branches if branch != {"type": "null"}]
    if len(rest) == 1 and len(branches) > 1:
        return {"nullable": simplified(rest[0], schemas)}
    if all(types_of(branch, schemas) for branch in branches):
        return {"branches": {kind: simplified(part, schemas) for part in branches for kind in types_of(part, schemas)}}
    return {union: simplified(branches, schemas)}


def types_of(branch: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[int | str]:
    """Return the values of `type` that select this branch of a union, if it names any."""
    target = schemas.get(branch.get("$ref", "").removeprefix(LOCAL), {})
    kinds: list[int | str] = target.get("properties", {}).get("type", {}).get("enum", [])
    return kinds


def nearest_branch(validator: Any, branches: Sequence[Any], value: Any, _schema: Any) -> Iterator[ValidationError]:
    """Accept what one branch accepts, or report the errors of the branch with the fewest."""
    errors = (list(validator.descend(value, branch)) for branch in branches)
    yield from min(errors, key=len)


@FORMATS.checks("uri", raises=ValueError)
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


@FORMATS.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


UnionValidator = extend(Validator, {"anyOf": nearest_branch})  # type: ignore[no-untyped-call]
