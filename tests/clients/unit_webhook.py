#!/usr/bin/env python3
"""A unit's own system that receives its orders by signed webhook.

Plain `http.server` and the library `standardwebhooks`; nothing of ours. It prints one JSON object per line:
`listening` with its port, then reads the signing secret from its first line of input (the platform tells the
secret when the endpoint is registered), then `verified` with the document for every call whose signature is
right. It ends with status 0 after so many orders, and with status 1 at the first call that is not signed right.
"""

import argparse
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError


def say(event, **details):
    print(json.dumps({"event": event, **details}, ensure_ascii=False), flush=True)


class Endpoint(BaseHTTPRequestHandler):
    """One call of the platform."""

    webhook = None
    seen = set()
    forged = None

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            document = Endpoint.webhook.verify(body, headers)
        except WebhookVerificationError as error:
            Endpoint.forged = str(error)
            self.answer(401)
            return
        # The id is stable over retries: a call that comes twice is acknowledged twice and counted once.
        Endpoint.seen.add(document["id"])
        say("verified", document=document, traceparent=headers.get("traceparent"), content_type=headers.get("content-type"))
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Nothing beside our own lines."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1, help="end after so many different documents")
    wanted = parser.parse_args()

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    say("listening", port=server.server_port)
    Endpoint.webhook = Webhook(sys.stdin.readline().strip())
    while len(Endpoint.seen) < wanted.documents:
        server.handle_request()
        if Endpoint.forged is not None:
            print(f"a call was not signed by the platform: {Endpoint.forged}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
