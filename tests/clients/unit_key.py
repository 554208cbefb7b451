#!/usr/bin/env python3
"""A unit's own system that logs in on NATS with one of its keys, reads one order, signs it, and then tries what it may
not do. Only the library `nats-py`; nothing of ours. Prints one JSON object per line. The keys are taken from the
environment: UNIT_KEY, OTHER_KEY (of another unit)."""

import argparse
import asyncio
import json
import os
import sys

import nats
import nats.errors


def say(event, **details):
    print(json.dumps({"event": event, **details}, ensure_ascii=False), flush=True)


async def quiet(_error):
    """The server's refusals are what this is about; the library would print them."""


async def log_in(wanted, key):
    return await nats.connect(
        wanted.server, user=wanted.unit, password=key, inbox_prefix=f"_INBOX_{wanted.unit}",
        allow_reconnect=False, connect_timeout=20, error_cb=quiet,
    )


async def refused_logins(wanted):
    for who, key in (
        ("with a wrong key", "uk_" + "0" * 43),
        ("with another's key", os.environ["OTHER_KEY"]),
        ("without a key", ""),
    ):
        try:
            connection = await log_in(wanted, key)
        except (nats.errors.Error, OSError):
            say("refused", login=who)
        else:
            say("let in", login=who)
            await connection.close()


async def answered(connection, subject, body=b"{}"):
    """Whether anybody answers; the server passes over what a unit may not ask."""
    try:
        await connection.request(subject, body, timeout=2)
    except nats.errors.Error:
        return False
    return True


async def overhears(connection, subject):
    """Whether a subscription stands: a refused one ends with an error, and brings nothing."""
    errors = []

    async def refused(error):
        errors.append(str(error))

    connection._error_cb = refused
    subscription = await connection.subscribe(subject)
    try:
        await subscription.next_msg(timeout=2)
        return True
    except nats.errors.Error:
        return not any("permissions violation" in error.lower() for error in errors)


async def tries(connection, wanted):
    other = f"unit--{wanted.other}"
    asked = {
        "pull another's orders": (f"$JS.API.CONSUMER.MSG.NEXT.UNITS.{other}", b'{"batch":1,"no_wait":true}'),
        "look at another's consumer": (f"$JS.API.CONSUMER.INFO.UNITS.{other}", b""),
        "read the stream past its consumer": ("$JS.API.STREAM.MSG.GET.UNITS", b'{"seq":1}'),
        "read directly": ("$JS.API.DIRECT.GET.UNITS", b'{"seq":1}'),
        "make a consumer": ("$JS.API.CONSUMER.CREATE.UNITS.mine", b'{"stream_name":"UNITS","config":{}}'),
        "empty the stream": ("$JS.API.STREAM.PURGE.UNITS", b""),
        "act for another": (f"unit.{wanted.other}.cmd.sign", b"{}"),
        "make up an order": (f"unit.{wanted.unit}.order.assigned", b"{}"),
    }
    results = {what: await answered(connection, *request) for what, request in asked.items()}
    for what, subject in (
        ("hear every unit", "unit.>"),
        ("hear others' answers", "_INBOX.>"),
        ("hear another's answers", f"_INBOX_{wanted.other}.>"),
    ):
        results[what] = await overhears(connection, subject)
    say("tried", passed=[w for w, passed in results.items() if passed], refused=[w for w, passed in results.items() if not passed])


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True, help="nats://host:port")
    parser.add_argument("--unit", required=True, help="code of the unit")
    parser.add_argument("--other", required=True, help="code of another unit")
    wanted = parser.parse_args()

    await refused_logins(wanted)
    connection = await log_in(wanted, os.environ["UNIT_KEY"])
    consumer = await connection.jetstream().pull_subscribe_bind(f"unit--{wanted.unit}", stream="UNITS")
    say("ready")
    message = (await consumer.fetch(1, timeout=80))[0]
    order = json.loads(message.data)["data"]
    await message.ack_sync()
    say("received", order_id=order["order_id"])
    command = json.dumps({"order_id": order["order_id"], "generation": order["generation"]}).encode()
    headers = {"Authorization": f"Bearer {os.environ['UNIT_KEY']}"}
    reply = await connection.request(f"unit.{wanted.unit}.cmd.sign", command, timeout=20, headers=headers)
    say("answered", reply=json.loads(reply.data))
    await tries(connection, wanted)
    await connection.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
