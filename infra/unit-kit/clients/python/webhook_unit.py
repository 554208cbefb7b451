#!/usr/bin/env python3
"""A unit's system on webhooks: verifies, keeps, signs, responds, replies.  pip install standardwebhooks
Environment: PLATFORM (https://host), UNIT, UNIT_KEY (uk_…), WEBHOOK_SECRET (whsec_…), PORT."""
import json, os, queue, threading, time, urllib.error, urllib.request
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from standardwebhooks import Webhook, WebhookVerificationError

UNIT, KEY, webhook = os.environ["UNIT"], os.environ["UNIT_KEY"], Webhook(os.environ["WEBHOOK_SECRET"])
inbox = queue.Queue()  # these four belong into your database, written before the answer 204
seen, worked, newest = set(), set(), {}

class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            inbox.put(webhook.verify(body, dict(self.headers)))
            self.send_response(204)  # kept; the work is done later
        except (WebhookVerificationError, ValueError):
            self.send_response(401)
        self.end_headers()

    log_message = lambda *_: None

def act(document, verb, **said):
    url = f"{os.environ['PLATFORM']}/v1/units/{UNIT}/orders/{document['subject']}/{verb}"
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", "Idempotency-Key": f"{document['id']}-{verb}"}
    body = json.dumps({"generation": document["data"]["generation"], **said}).encode()
    while True:
        try:
            return urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30).status == 200
        except urllib.error.HTTPError as refused:
            if refused.code != 429 and refused.code < 500:
                return print(verb, refused.read().decode(), flush=True)  # `code` says why; again would change nothing
        except OSError: pass  # nobody there
        time.sleep(1)  # then again, with the same key

def work(document):
    order = document["data"]
    if document["id"] in seen or not document["type"].startswith("hotline.order."):
        return  # a repeat, a test call, or something new
    seen.add(document["id"])
    told = (order["generation"], order["rework"], datetime.fromisoformat(document["time"]))
    if order["order_id"] in newest and told < newest[order["order_id"]]:
        return  # what was
    newest[order["order_id"]], this_round = told, (order["order_id"], *told[:2])
    if order["notice"] in ("revoked", "closed") or this_round in worked:
        return
    worked.add(this_round)
    if not order["lead"]:
        act(document, "parts", done=True, text="已处理完毕")
    elif act(document, "sign") and act(document, "respond", how="called"):
        act(document, "reply", solved=True, contacted=True, text="已处理完毕")

server = ThreadingHTTPServer(("", int(os.environ.get("PORT", 0))), Endpoint)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("listening", server.server_port, flush=True)
while True:
    work(inbox.get())
