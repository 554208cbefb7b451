#!/usr/bin/env python3
"""A unit's own system that receives its orders by NATS and acts on them by request/reply.

Only the library `nats-py`; nothing of ours. It reads the unit's durable consumer, which the platform has made,
acknowledges each document, signs and responds to the orders that are new, and prints one JSON object per line:
`ready`, then `received` and `answered` for every document, then `ended`. The password of the NATS user and the
unit's key are taken from the environment: NATS_PASSWORD, UNIT_KEY.
"""

import argparse
import asyncio
import json
import os
import sys

import nats
from nats.errors import TimeoutError as NothingWaits


def say(event, **details):
    print(json.dumps({"event": event, **details}, ensure_ascii=False), flush=True)


async def act(connection, unit, verb, order, traceparent):
    """One command: a request on the unit's own subject, with its key, in the trace of the document."""
    headers = {"Authorization": f"Bearer {os.environ['UNIT_KEY']}"}
    if traceparent:
        headers["traceparent"] = traceparent
    command = {"order_id": order["order_id"], "generation": order["generation"]}
    if verb == "respond":
        command["how"] = "called"
    reply = await connection.request(
        f"unit.{unit}.cmd.{verb}", json.dumps(command).encode(), timeout=20, headers=headers
    )
    say("answered", verb=verb, order_id=order["order_id"], reply=json.loads(reply.data))


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True, help="nats://host:port")
    parser.add_argument("--unit", required=True, help="code of the unit, which is also the name of its NATS user")
    parser.add_argument("--stream", default="UNITS")
    parser.add_argument("--orders", type=int, default=1, help="end after so many new orders")
    wanted = parser.parse_args()

    connection = await nats.connect(
        wanted.server,
        user=wanted.unit,
        password=os.environ["NATS_PASSWORD"],
        # The only place where this user may listen.
        inbox_prefix=f"_INBOX_{wanted.unit}",
    )
    consumer = await connection.jetstream().pull_subscribe_bind(f"unit--{wanted.unit}", stream=wanted.stream)
    say("ready")
    orders = set()
    while len(orders) < wanted.orders:
        try:
            messages = await consumer.fetch(10, timeout=5)
        except NothingWaits:
            continue
        for message in messages:
            document = json.loads(message.data)
            traceparent = (message.headers or {}).get("traceparent")
            say("received", subject=message.subject, document=document, traceparent=traceparent)
            await message.ack_sync()
            order = document["data"]
            if order["notice"] == "assigned" and order["order_id"] not in orders:
                orders.add(order["order_id"])
                for verb in ("sign", "respond"):
                    await act(connection, wanted.unit, verb, order, traceparent)
    await connection.close()
    say("ended")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
