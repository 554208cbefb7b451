#!/usr/bin/env python3
"""Calls every operation of one service with what Schemathesis makes of its OpenAPI document: what the document allows, and
what it does not. The service must never fail (5xx), and never answer what its document does not say.

Who calls comes as JSON in CALLERS: `tokens` (by role), `unit`, `service_keys` (by path), `peer` (key and secret), and `known`
(values that exist, by the name of the field or parameter). Prints Schemathesis's own report; ends with its exit code.
"""

import argparse
import datetime
import json
import os
import sys
from collections import Counter

import schemathesis
from schemathesis.cli import schemathesis as command_line
from standardwebhooks import Webhook

CALLERS = json.loads(os.environ["CALLERS"])
KNOWN = CALLERS["known"]
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
# What depends on something outside of the platform, which is not there: the document says 502 or 503 for it.
ELSEWHERE = {"peer_unreachable"}
calls = Counter()


class Caller:
    """Puts on a request who calls; another hotline signs what it says."""

    def __init__(self, role, path):
        self.role, self.path = role, path

    def __call__(self, request):
        if self.role == "peer":
            self.sign(request)
        elif self.role == "service":
            key = next(key for end, key in CALLERS["service_keys"].items() if self.path.endswith(end))
            request.headers["Authorization"] = f"Bearer {key}"
        elif self.role:
            request.headers["Authorization"] = f"Bearer {CALLERS['tokens'][self.role]}"
        return request

    @staticmethod
    def sign(request):
        body = request.body or b""
        body = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
        request.body = body.encode()
        request.headers["Content-Length"] = str(len(request.body))
        now, number = datetime.datetime.now(tz=datetime.timezone.utc), f"msg_{calls.total()}"
        request.headers["Authorization"] = f"Bearer {CALLERS['peer']['key']}"
        request.headers["webhook-id"] = number
        request.headers["webhook-timestamp"] = str(int(now.timestamp()))
        request.headers["webhook-signature"] = Webhook(CALLERS["peer"]["secret"]).sign(number, now, body)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every role that may call an operation does so, one after the other; mostly about something that exists: behind a 404
    nothing else is seen."""
    operation = context.operation
    roles = operation.definition.raw.get("x-roles") or [None]
    number = calls[operation.label]
    calls[operation.label] += 1
    kwargs["auth"] = Caller(roles[number % len(roles)], operation.path)
    turn = number // len(roles)
    if turn % 3:
        for name in case.path_parameters or {}:
            if name in KNOWN:
                case.path_parameters[name] = KNOWN[name][turn % len(KNOWN[name])]
    if turn % 2 and isinstance(case.body, dict):
        case.body = planted(case.body, turn)


def planted(value, turn, depth=0):
    """Fields of these names hold what exists."""
    if not isinstance(value, dict) or depth > 4:
        return value
    return {
        name: KNOWN[name][turn % len(KNOWN[name])] if name in KNOWN else planted(inner, turn, depth + 1)
        for name, inner in value.items()
    }


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Only a problem that names the absent other side may be a 5xx."""
    if response.status_code not in (502, 503):
        return True
    try:
        return response.json().get("code") not in ELSEWHERE
    except ValueError:
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", required=True, help="of the service")
    parser.add_argument("--examples", type=int, required=True, help="calls of each kind for each operation")
    wanted = parser.parse_args()
    command_line(
        [
            "run", f"{wanted.address}/v1/openapi.json", "--url", wanted.address, "--checks", ",".join(CHECKS),
            "--phases", "examples,coverage,fuzzing", "--max-examples", str(wanted.examples), "--seed", "12345",
            "--generation-deterministic", "--suppress-health-check", "all",
            "--no-shrink", "--continue-on-failure", "--request-timeout", "20", "--warnings", "off", "--no-color",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
