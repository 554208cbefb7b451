#!/usr/bin/env python3
"""A citizens' app written with two public libraries, `three` and `georeport`, which know nothing of us.

It prints one JSON object per line: what each of them found. The key of the app comes in OPEN311_API_KEY.
"""

import argparse
import itertools
import json

from georeport import GeoReport

# `three` was written for Python 2, where this was a function of the standard library.
itertools.ifilter = filter
from three import Three  # noqa: E402


def say(event, **details):
    print(json.dumps({"event": event, **details}, ensure_ascii=False), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True, help="address of the door")
    parser.add_argument("--service", required=True, help="service code that is posted")
    parser.add_argument("--division", required=True, help="where")
    wanted = parser.parse_args()

    three = Three(wanted.endpoint)
    say("discovery", document=three.discovery())
    services = three.services()
    say("services", codes=[service["service_code"] for service in services])
    say("definition", document=three.services(wanted.service))
    refused = three.post(wanted.service, description="路灯不亮", api_key="ak_nobody")
    say("refused", document=refused)
    made = three.post(
        wanted.service, description="路灯不亮", name="朔 闻人", phone="19900007037", address="文渊街1号402", address_id=wanted.division
    )
    number = made[0]["service_request_id"]
    say("posted", number=number)

    # What one client posted, the other finds, in both formats.
    for style in ["json", "xml"]:
        client = GeoReport(wanted.endpoint, output_format=style)
        one = client.get_service_request(number)
        some = client.get_service_requests(service_code=wanted.service, status="open")
        some = some if isinstance(some, list) else [some]
        say(
            "found",
            style=style,
            one=one,
            numbers=[request["service_request_id"] for request in some],
            services=len(client.get_service_list()),
            definition=client.get_service_definition(wanted.service)["service_code"],
        )
    say("seen", requests=three.requests(wanted.service, status="open"), request=three.request(number))


if __name__ == "__main__":
    main()
