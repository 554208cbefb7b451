#!/usr/bin/env bash
# python-clients.sh RUN_DIR: installs the libraries of the foreign clients that our tests play with, into
# RUN_DIR/py, and makes RUN_DIR/py/bin/python, which sees them. Quick when they are there.
set -euo pipefail
# shellcheck source=infra/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

requirements=$(realpath "$(dirname "${BASH_SOURCE[0]}")/requirements/clients.txt")

if ! command -v python3 >/dev/null; then
  say "there is no python3 here: the tests with foreign clients will say that they are skipped"
  exit 0
fi
mkdir -p "${1:?usage: python-clients.sh RUN_DIR}"
folder=$(realpath "$1")/py
# Another interpreter means another installation.
wanted="$(sha256sum <"$requirements") $(python3 --version)"
if [ "$(cat "$folder/installed" 2>/dev/null)" = "$wanted" ]; then exit 0; fi

ensure_pip "$(dirname "$folder")"
say "installing the libraries of the foreign clients"
# Made beside the one in use, and put in its place when it is whole.
fresh=$folder.fresh
rm -rf "$fresh"
mkdir -p "$fresh/bin"
# A plain folder instead of a venv: python3-venv is a package of its own on Debian and often absent.
pip_into "$fresh/lib" "$requirements" || die "cannot install them; see the message above"
cat >"$fresh/bin/python" <<'WRAPPER'
#!/bin/sh
# Python with the libraries of the foreign clients.
PYTHONPATH="$(dirname "$0")/../lib" exec python3 "$@"
WRAPPER
chmod +x "$fresh/bin/python"
"$fresh/bin/python" -c 'import nats, standardwebhooks, georeport, relaxml, requests, schemathesis' || die "the installed libraries do not load"
echo "$wanted" >"$fresh/installed"
rm -rf "$folder"
mv "$fresh" "$folder"
