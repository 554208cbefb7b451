#!/usr/bin/env python3
"""Calls every operation of one service with what Schemathesis makes of its OpenAPI document: what the document allows, and
what it does not. The service must never fail (5xx), and never answer what its document does not say.

Who calls comes as JSON in CALLERS: `tokens` (by role), `unit`, `service_keys` (by path), `peer` (key and secret), and `known`
(values that exist, by the name of the field or parameter; ids are learnt from answers, too). Prints Schemathesis's own report and
how far the calls got. Ends with Schemathesis's exit code, or 1 when an operation let nobody in, one of the
document was not called, or fewer than a third of them ever succeeded: then little is known of them.
"""

import argparse
import datetime
import json
import os
import re
import sys
import urllib.request
from collections import Counter, defaultdict

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
METHODS = {"get", "put", "post", "delete", "patch"}
# Ids of one kind that are kept: the first ones and the newest.
KEPT = 6
# Days and moments that a date type of ours takes and a database may not.
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DAYS = ["-9999-01-01", "+262142-12-31", "0000-01-01", "9999-12-31"]
calls = Counter()
answers = defaultdict(Counter)


class Caller:
    """Puts on a request who calls; another hotline signs what it says."""

    def __init__(self, role, path):
        self.role, self.path = role, path

    def __call__(self, request):
        if self.role == "peer":
            self.sign(request)
        elif self.role == "service":
            keys = CALLERS["service_keys"]
            key = next((key for end, key in keys.items() if self.path.endswith(end)), keys["/messages"])
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
    if turn % 4 == 3:
        case.query = far_away(case.query, turn)
        case.body = far_away(case.body, turn)


def far_away(value, turn):
    """Every day in it is one that hardly is."""
    if isinstance(value, dict):
        return {name: far_away(inner, turn) for name, inner in value.items()}
    if isinstance(value, str) and DAY.match(value):
        return DAY.sub(DAYS[turn // 4 % len(DAYS)], value, count=1)
    return value


def planted(value, turn, depth=0):
    """Fields of these names hold what exists."""
    if not isinstance(value, dict) or depth > 4:
        return value
    return {
        name: KNOWN[name][turn % len(KNOWN[name])] if name in KNOWN else planted(inner, turn, depth + 1)
        for name, inner in value.items()
    }


@schemathesis.hook
def after_call(context, case, response):
    """How far it got; and what it made or showed exists from now on."""
    answers[context.operation.label][response.status_code] += 1
    if response.status_code < 300 and "json" in response.headers.get("content-type", [""])[0]:
        learn(response.json())


def learn(value):
    if isinstance(value, list):
        for inner in value[:KEPT]:
            learn(inner)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str) and (name.endswith("_id") or name == "relay_token"):
                known = KNOWN.setdefault(name, [])
                if inner not in known:
                    known[KEPT - 1 :] = [inner]
            else:
                learn(inner)


def shut():
    """Operations of which every call was turned away at the door."""
    return [label for label, found in answers.items() if not set(found) - {401, 403}]


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
    done = run(wanted)
    total = Counter()
    for found in answers.values():
        total.update(found)
    succeeded = sum(1 for found in answers.values() if any(status < 300 for status in found))
    print(f"{total.total()} calls of {len(answers)} operations, {succeeded} of which succeeded at least once: {dict(total)}")
    print(f"let nobody in: {shut()}")
    wanting = 3 * succeeded < len(answers) or len(answers) < described(wanted.address)
    if wanting:
        print(f"too little was seen: the document has {described(wanted.address)} operations")
    return done or int(bool(shut()) or wanting)


def described(address):
    """Operations of the document."""
    with urllib.request.urlopen(f"{address}/v1/openapi.json", timeout=20) as answer:
        paths = json.load(answer)["paths"]
    return sum(1 for path in paths.values() for method in path if method in METHODS)


def run(wanted):
    """Answers the exit code of Schemathesis, which ends the process otherwise."""
    options = [
        "run", f"{wanted.address}/v1/openapi.json", "--url", wanted.address, "--checks", ",".join(CHECKS),
        "--phases", "examples,coverage,fuzzing", "--max-examples", str(wanted.examples), "--seed", "12345",
        "--generation-deterministic", "--suppress-health-check", "all",
        "--no-shrink", "--continue-on-failure", "--request-timeout", "20", "--warnings", "off", "--no-color",
    ]
    try:
        command_line(options)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
