#!/usr/bin/env bash
# Measures what the platform sustains on this machine, beside its floor; see tests/load/README.md.
# Arguments go to the load generator: infra/scripts/load.sh --seconds 60 --in-flight 256, infra/scripts/load.sh backlog --orders 20000
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --profile load --package all-in-one --package system-tests --bin hotline --bin load
exec target/load/load "$@"
