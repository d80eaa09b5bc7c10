"""Real answers held against the description."""

import json

import jsonschema_rs

from provident.api.urls import description


def problems_with(answer, path: str, method: str = "get") -> list[str]:
    """Return where an answer is not what the description says of its operation and status."""
    document = description()
    told = document["paths"][f"/api/v1{path}"][method]["responses"]
    status = str(answer.status_code)
    if status not in told:
        return [f"{status} is not described"]
    media = answer["Content-Type"].partition(";")[0]
    if media not in told[status]["content"]:
        return [f"{status} as {media} is not described"]
    for header in told[status].get("headers", {}):
        if header not in answer:
            return [f"{header} is missing"]
    if not media.endswith("json"):
        return []
    schema = {**told[status]["content"][media]["schema"], "components": document["components"]}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    return [
        f"{error.instance_path}: {error.message}"
        for error in validator.iter_errors(json.loads(answer.content))
    ]
