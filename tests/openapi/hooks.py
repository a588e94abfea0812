"""What schemathesis cannot know from the document: what is there, and which refusals no schema can foresee."""

import json
import os
import re

import schemathesis

with open(os.environ["TENANTRY_SEEDS"], encoding="utf-8") as file:
    SEEDS = json.load(file)

METERS = ["locations", "users", "sso"]
# The codes, of problems and of fields, with which the service refuses what the schema allows, and why no schema can say so.
BEYOND_SCHEMAS = {
    "idempotency_key_reused": "R1: whether a key was used before for another request",
    "precondition_failed": "whether it still has the ETag that If-Match names",
    "invalid_cursor": "cursors are opaque, each of one list, and OpenAPI cannot say that `after` and `before` exclude one another",
    "exactly_one": "C1: OpenAPI cannot say that one of two parameters is needed, and not both",
    "not_allowed": "C7: of the rows of a batch, only those that charge take a quantity",
    "reserved": "C9: the resource ids of seats can be read, in the same path in which they cannot be charged and released",
    "required": "T13: whether somebody of the address is known, who then has a name",
    "team_limit_reached": "T4: how many teams somebody is in, which `/v1` tells as 400",
    "not_supported": "T13: phone numbers, of which only null is taken",
    "in_the_past": "K1: whether a moment has passed",
    "billing_account_required": "O3: depends on the mode of the workspace in the path",
    "billing_account_inherited": "O3: depends on whether the organization in the path is a root",
    "billing_account_not_allowed": "O3: depends on the mode of the workspace in the path",
}
# What is still there after a successful DELETE, by the address of that, and why.
STAYS = {
    r"/workspaces/[^/]+": "W3: an archived workspace can be read",
    r"/.+/subscriptions/[^/]+": "S4: a cancelled subscription goes on to the end of its period, and can be read after it",
    r"/charges/.+": "C4: what is charged at another organization than the one in the query stays",
}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Narrows what requests hold to what is there, and one value of each kind that is not."""
    schemas = raw_schema["components"]["schemas"]
    schemas["Meter"]["enum"] = METERS
    for item in raw_schema["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                narrow_parameter(parameter, operation["operationId"])
            for schema in used(operation.get("requestBody", {}), schemas, set()):
                narrow_fields(schema, schemas["Meter"])
                drop_answered(schema)


def narrow_parameter(parameter, operation):
    name = parameter["name"]
    if name in ("after", "before"):
        cursors = (SEEDS["cursors"].get(operation), "x")
        parameter["schema"]["enum"] = [cursor for cursor in cursors if cursor]
    elif name in SEEDS["values"]:
        parameter["schema"]["enum"] = SEEDS["values"][name]


def narrow_fields(schema, meter):
    for name, field in schema.get("properties", {}).items():
        if field.get("propertyNames", {}).get("pattern") == meter["pattern"]:
            field["propertyNames"]["enum"] = METERS
        if (name.endswith("_id") or name == "picture") and name in SEEDS["values"]:
            for choice in field.get("oneOf", [field]):
                if choice.get("type") == "string":
                    choice["enum"] = SEEDS["values"][name]


def drop_answered(schema):
    """O8: members that are only answered should not be sent, and are ignored when they are; they are neither needed nor wrong."""
    for field in schema.get("properties", {}).values():
        field.pop("readOnly", None)


def used(node, schemas, seen):
    """The schemas of a body, which may have themselves within."""
    if isinstance(node, list):
        for inner in node:
            yield from used(inner, schemas, seen)
    if isinstance(node, dict):
        name = node.get("$ref", "").rpartition("/schemas/")[2]
        if name and name not in seen:
            seen.add(name)
            yield schemas[name]
            yield from used(schemas[name], schemas, seen)
        for inner in node.values():
            yield from used(inner, schemas, seen)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether a failure is one."""
    if type(failure).__name__ == "RejectedPositiveData":
        return not is_beyond_schemas(response)
    if type(failure).__name__ == "AcceptedNegativeData":
        return not is_padded(case.body)
    if type(failure).__name__ == "UseAfterFree":
        return not any(re.fullmatch("DELETE " + address, failure.free) for address in STAYS)
    return True


def is_beyond_schemas(response):
    problem = response.json()
    codes = {error["code"] for error in problem.get("errors", [])} or {problem["code"]}
    return codes <= BEYOND_SCHEMAS.keys()


def is_padded(body):
    """Names are trimmed before they are measured (X1); what is sent may be longer by its blanks than the schema says."""
    if isinstance(body, dict):
        return any(map(is_padded, body.values()))
    return isinstance(body, str) and body != body.strip()
