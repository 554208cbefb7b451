#!/usr/bin/env bash
# node-clients.sh RUN_DIR: installs the libraries of the foreign clients in JavaScript, and AsyncAPI's rules, into
# RUN_DIR/node. Quick when they are there. Without node the tests with them say that they are skipped.
set -euo pipefail
# shellcheck source=infra/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

requirements=$(realpath "$(dirname "${BASH_SOURCE[0]}")/requirements/node")

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  say "there is no node here: the tests with clients in JavaScript will say that they are skipped"
  exit 0
fi
mkdir -p "${1:?usage: node-clients.sh RUN_DIR}"
folder=$(realpath "$1")/node
# Another interpreter means another installation.
wanted="$(sha256sum <"$requirements/package-lock.json") $(node --version)"
if [ "$(cat "$folder/installed" 2>/dev/null)" = "$wanted" ]; then exit 0; fi

say "installing the libraries of the foreign clients in JavaScript"
rm -rf "$folder"
mkdir -p "$folder"
cp "$requirements"/package*.json "$folder"
# Exactly the files whose hashes stand in the lock file; nothing that they bring is run.
(cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --silent) || die "cannot install them; see the message above"
echo "$wanted" >"$folder/installed"
