#!/usr/bin/env bash
# Builds the commit that is checked out twice, from clones in two folders, the second with an
# empty build cache, and fails unless both binaries are equal. Takes some minutes.
set -euo pipefail
top=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
build() { # FOLDER [VARIABLE=VALUE…]: builds there, prints the binary's sum
  git clone --quiet --no-local "$top" "$1"
  (cd "$1" && env CGO_ENABLED=0 GOFLAGS=-buildvcs=true "${@:2}" go build -trimpath -ldflags '-s -w' -o magpie . && sha256sum magpie | cut -d ' ' -f 1)
}
first=$(build "$tmp/a")
second=$(build "$tmp/another/folder" GOCACHE="$tmp/cache")
echo "$first $("$tmp/a/magpie" version)"
echo "$second $("$tmp/another/folder/magpie" version)"
[ "$first" = "$second" ] || { echo "the two differ"; exit 1; }
echo "equal, $(stat -c %s "$tmp/a/magpie") bytes"
