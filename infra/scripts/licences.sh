#!/usr/bin/env bash
# licences.sh: the small replacement for cargo-deny on a machine that does not have it. Fails on a dependency
# whose licence is not in .deny.toml, or that is banned there. Needs only cargo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The entries of `allow = [ … ]`, and the names of `deny = [ { crate = "…" } ]`.
allowed=$(sed -n '/^allow = \[/,/^\]/p' .deny.toml | grep -o '"[^"]*"' | tr -d '"')
banned=$(sed -n '/^deny = \[/,/^\]/p' .deny.toml | grep -o 'crate = "[^"]*"' | cut -d '"' -f 2)

cargo tree --workspace --edges normal,build,dev --prefix none --locked --format '{p}	{l}' |
  sed 's/ (\*)$//' | sort --unique |
  awk -F '\t' -v allowed="$allowed" -v banned="$banned" '
    BEGIN {
      split(allowed, list, "\n"); for (i in list) good[list[i]] = 1
      split(banned, names, "\n"); for (i in names) bad[names[i]] = 1
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
    $1 == "" { next } # between the trees of two members
    { split($1, package, " "); count++ }
    package[1] in bad { print "banned: " $1; failed = 1 }
    !fine($2) { print "licence not on the list: " $1 ": " ($2 == "" ? "none" : $2); failed = 1 }
    END { if (count && !failed) print count " packages: licences and names are fine"; exit failed }
  '
