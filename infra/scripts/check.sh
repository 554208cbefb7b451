#!/usr/bin/env bash
# check.sh: everything that a machine can say about the code without running it. Runs every step even when
# one fails, then fails with the list. Tools beyond the toolchain are used when they are there.
set -euo pipefail
# shellcheck source=infra/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

failed=()
step() {
  local name=$1
  shift
  say "$name"
  if ! "$@"; then failed+=("$name"); fi
}

# The map at the top of a service names its private modules: for those who read the source.
docs() { RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --workspace --no-deps; }

# Licences, banned crates, sources and duplicates; advisories only where their database can be fetched.
dependencies() {
  if ! cargo deny --version >/dev/null 2>&1; then
    say "cargo-deny is absent: only licences, banned crates and versions are looked at, by infra/scripts/licences.sh"
    infra/scripts/licences.sh
    return
  fi
  cargo deny --config .deny.toml check --hide-inclusion-graph bans licenses sources || return 1
  if cargo deny --config .deny.toml fetch db >/dev/null 2>&1; then
    cargo deny --config .deny.toml check advisories
  else
    say "the advisory database cannot be fetched here: advisories are not looked at"
  fi
}

scripts() {
  if command -v shellcheck >/dev/null; then
    shellcheck --external-sources infra/scripts/*.sh .ci/run
  else
    say "shellcheck is absent: the scripts are only parsed"
    for script in infra/scripts/*.sh .ci/run; do bash -n "$script" || return 1; done
  fi
}

step "format" cargo fmt --all --check
step "clippy" cargo clippy --workspace --all-targets -- -D warnings
step "documentation" docs
step "generated query data" infra/scripts/sqlx-prepare.sh --check
step "dependencies" dependencies
step "scripts" scripts

if [ ${#failed[@]} -gt 0 ]; then
  printf -v list '%s, ' "${failed[@]}"
  die "failed: ${list%, }"
fi
say "all good"
