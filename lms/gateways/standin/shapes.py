"""Hold requests and answers against Stripe's published description."""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

_FILE = Path(__file__).with_name("openapi.json")
_NUMBER = re.compile(r"-?\d+")
_DEEPEST = 12

Json = dict[str, Any]


class Unfit(Exception):
    """A request that Stripe would refuse; `param` names the place."""

    def __init__(self, message: str, param: str = "") -> None:
        super().__init__(message)
        self.param = param


@cache
def description() -> Json:
    """Read the description, once."""
    found: Json = json.loads(_FILE.read_text("utf-8"))
    return found


def unfold(pairs: Iterable[tuple[str, str]]) -> Json:
    """Turn `a[b][0][c]=v` pairs into nested values, as Stripe does.

    >>> unfold([("a[0][b]", "1"), ("a[0][c]", "x"), ("d", "2")])
    {'a': [{'b': '1', 'c': 'x'}], 'd': '2'}
    """
    tree: Json = {}
    for name, value in pairs:
        path = [name.split("[")[0], *re.findall(r"\[([^\]]*)\]", name)]
        if len(path) > _DEEPEST:
            raise Unfit("Too deeply nested", name)
        node = tree
        for part in path[:-1]:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise Unfit(f"Invalid object: {name}", name)
        node[path[-1]] = value
    listed = _listed(tree)
    assert isinstance(listed, dict)  # noqa: S101 - names of fields are no numbers
    return listed


def _listed(node: Any) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(node, dict):
        return node
    values = {key: _listed(value) for key, value in node.items()}
    if values and all(key.isdecimal() for key in values):
        return [values[key] for key in sorted(values, key=int)]
    return values


@cache
def _body_schema(path: str, method: str) -> Json:
    operation = description()["paths"][path][method]
    content = operation.get("requestBody", {}).get("content", {})
    form = content.get("application/x-www-form-urlencoded", {})
    return _strict(form.get("schema", {"type": "object", "properties": {}}))


@cache
def _query_schema(path: str, method: str) -> Json:
    operation = description()["paths"][path][method]
    given = [p for p in operation.get("parameters", ()) if p["in"] == "query"]
    return _strict(
        {
            "type": "object",
            "properties": {p["name"]: p["schema"] for p in given},
            "required": [p["name"] for p in given if p.get("required")],
        }
    )


def _strict(schema: Json) -> Json:
    """Shut every object to unknown fields: Stripe refuses them at any depth."""
    shut = {
        key: _strict_value(value)
        for key, value in schema.items()
        if key not in {"description", "title"}
    }
    if "properties" in schema:
        shut["properties"] = {
            name: _strict(each) for name, each in schema["properties"].items()
        }
        shut["additionalProperties"] = False
    return shut


def _strict_value(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return _strict(value)
    if isinstance(value, list):
        return [_strict_value(each) for each in value]
    return value


def request(path: str, method: str, pairs: Iterable[tuple[str, str]]) -> Json:
    """Read and check a request's parameters.

    Raises: Unfit, naming the first thing that Stripe would refuse.
    """
    schema = (_query_schema if method == "get" else _body_schema)(path, method)
    value = _typed(unfold(pairs), schema)
    wrong = next(iter(Draft202012Validator(schema).iter_errors(value)), None)
    if wrong is not None:
        raise Unfit(_words(wrong), _place(wrong))
    checked: Json = value
    return checked


def _typed(value: Any, schema: Json) -> Any:  # noqa: ANN401 - any JSON
    """Give form text the types that the description asks for."""
    for branch in schema.get("anyOf", ()):
        if branch.get("type") == ("object" if isinstance(value, dict) else "string"):
            return _typed(value, branch)
    kind = schema.get("type")
    if kind == "integer" and isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    if kind == "boolean" and value in {"true", "false"}:
        return value == "true"
    if isinstance(value, dict):
        known = schema.get("properties", {})
        more = schema.get("additionalProperties")
        rest = more if isinstance(more, dict) else {}
        return {key: _typed(each, known.get(key, rest)) for key, each in value.items()}
    if isinstance(value, list):
        return [_typed(each, schema.get("items", {})) for each in value]
    return value


def _place(wrong: ValidationError) -> str:
    first, *rest = [str(each) for each in wrong.absolute_path] or [""]
    return first + "".join(f"[{each}]" for each in rest)


def _words(wrong: ValidationError) -> str:
    place = _place(wrong)
    words = {
        "additionalProperties": "Received unknown parameter: ",
        "required": "Missing required param: ",
        "enum": f"Invalid {place}: ",
        "type": f"Invalid {wrong.validator_value}: ",
    }
    return f"{words.get(str(wrong.validator), '')}{wrong.message}"


@cache
def _answer_validator(name: str) -> Draft202012Validator:
    schemas = {
        key: _nullable(each)
        for key, each in description()["components"]["schemas"].items()
    }
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    )


def _nullable(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """Say OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(schema, list):
        return [_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {k: _nullable(v) for k, v in schema.items() if k != "nullable"}
    return (
        {"anyOf": [plain, {"type": "null"}]}
        if schema.get("nullable") is True
        else plain
    )


def faults(name: str, answer: Json) -> list[str]:
    """List how an object of ours differs from the published shape."""
    return [
        f"{_place(e)}: {e.message}" for e in _answer_validator(name).iter_errors(answer)
    ]
