#!/usr/bin/env bash
# licences.sh: the small replacement for cargo-deny on a machine that does not have it. Fails on a dependency
# whose licence is not in .deny.toml, that is banned there, or that is there in two versions of which .deny.toml
# skips none. Needs only cargo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The entries of `allow = [ … ]`, and the names of `deny = [ { crate = "…" } ]`.
allowed=$(sed -n '/^allow = \[/,/^\]/p' .deny.toml | grep -o '"[^"]*"' | tr -d '"')
banned=$(sed -n '/^deny = \[/,/^\]/p' .deny.toml | grep -o 'crate = "[^"]*"' | cut -d '"' -f 2)
skipped=$(sed -n '/^skip = \[/,/^\]/p' .deny.toml | grep -o 'crate = "[^"]*"' | cut -d '"' -f 2)
targets=()
while read -r target; do targets+=(--target "$target"); done \
  < <(sed -n '/^targets = /p' .deny.toml | grep -o '"[^"]*"' | tr -d '"')

cargo tree --workspace --all-features "${targets[@]}" --edges normal,build,dev --prefix none --locked --format '{p}	{l}' |
  sed 's/ (\*)$//' | sort --unique |
  awk -F '\t' -v allowed="$allowed" -v banned="$banned" -v skipped="$skipped" '
    BEGIN {
      split(allowed, list, "\n"); for (i in list) good[list[i]] = 1
      split(banned, names, "\n"); for (i in names) bad[names[i]] = 1
      split(skipped, skips, "\n"); for (i in skips) skip[skips[i]] = 1
    }
    # good_list("MIT OR ISC", " OR ", 0): is one of the list allowed? With " AND " and 1: are all?
    function good_list(list, separator, all,   parts, i, n) {
      n = split(list, parts, separator)
      for (i = 1; i <= n; i++) if ((parts[i] in good) != all) return !all
      return all
    }
    # Without brackets: alternatives of conjunctions. With brackets, as in "(MIT OR ISC) AND Zlib": the opposite.
    function fine(expression,   outer, inner, all, parts, i, n) {
      gsub(/ *\/ */, " OR ", expression)
      all = gsub(/[()]/, "", expression) > 0
      outer = all ? " AND " : " OR "; inner = all ? " OR " : " AND "
      n = split(expression, parts, outer)
      for (i = 1; i <= n; i++) if (good_list(parts[i], inner, !all) != all) return !all
      return all
    }
    # The entry that skips a version, as "syn@2" does 2.0.119; nothing when there is none.
    function skips_it(name, version,   entry) {
      for (entry in skip) if (index(name "@" version ".", entry ".") == 1) return entry
      return ""
    }
    $1 == "" { next } # between the trees of two members
    { split($1, package, " "); count++ }
    package[1] in bad { print "banned: " $1; failed = 1 }
    !fine($2) { print "licence not on the list: " $1 ": " ($2 == "" ? "none" : $2); failed = 1 }
    {
      version = substr(package[2], 2)
      if (entry = skips_it(package[1], version)) needed[entry] = 1
      else if (kept[package[1]] && kept[package[1]] != version) {
        print "two versions: " package[1] " " kept[package[1]] " and " version; failed = 1
      } else kept[package[1]] = version
    }
    END {
      for (entry in skip) {
        split(entry, parts, "@")
        if (!needed[entry] || !kept[parts[1]]) { print "skipped for nothing: " entry; failed = 1 }
      }
      if (count && !failed) print count " packages: licences, names and versions are fine"
      exit failed
    }
  '
