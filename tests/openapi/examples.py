"""Every example of a document is what its schema says."""

from urllib.parse import quote

from openapi_schema_validator import OAS31Validator, oas31_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = "urn:openapi"


def wrong_examples(document):
    """What is wrong with them, a line each."""
    registry = Registry().with_resource(DOCUMENT, Resource(document, DRAFT202012))
    stated = list(examples(document, ""))
    for place, example in stated:
        if "$ref" in (example if isinstance(example, dict) else {}):
            example = registry.resolver(DOCUMENT).lookup(example["$ref"]).contents["value"]
        schema = {"$ref": DOCUMENT + "#" + quote(place)}
        validator = OAS31Validator(schema, registry=registry, format_checker=oas31_format_checker)
        for error in validator.iter_errors(example):
            yield f"{place}{error.json_path[1:]}: {error.message}"
    if not stated:
        yield "the document has no example"


def examples(node, place):
    """Every example with the place of its schema: of bodies, parameters and headers, and of schemas themselves."""
    if isinstance(node, list):
        for index, inner in enumerate(node):
            yield from examples(inner, f"{place}/{index}")
    if not isinstance(node, dict):
        return
    has_schema = isinstance(node.get("schema"), dict)
    at = f"{place}/schema" if has_schema else place
    if "example" in node and (has_schema or "type" in node):
        yield at, node["example"]
    stated = node.get("examples", [])
    if isinstance(stated, dict) and has_schema:
        stated = stated.values()
    elif not isinstance(stated, list):
        stated = []
    for example in stated:
        yield at, example
    for key, inner in node.items():
        if key not in ("example", "examples"):
            yield from examples(inner, f"{place}/{key.replace('~', '~0').replace('/', '~1')}")
