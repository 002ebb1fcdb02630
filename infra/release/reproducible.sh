#!/usr/bin/env bash
# Packages some functions twice, from two folders and into two folders, and compares the bytes.
# Usage: reproducible.sh ARCH FUNCTION...
set -euo pipefail

arch=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

package() { # folder of the source, functions...
  local source=$1
  shift
  make --no-print-directory -C "$source" package ARCH="$arch" FUNCTIONS="$*" VENV="$root/.venv" >&2
}

# The second time from a copy elsewhere, without anything that was built.
git -C "$root" ls-files -z | (cd "$root" && tar --null -T - -cf -) | (mkdir -p "$work/copy" && tar -C "$work/copy" -xf -)
package "$root" "$@"
package "$work/copy" "$@"

differ=0
for function in "$@"; do
  if cmp -s "$root/target/lambda/$function/bootstrap" "$work/copy/target/lambda/$function/bootstrap"; then
    echo "$function: the same, $(sha256sum <"$root/target/lambda/$function/bootstrap" | cut -c1-16)"
  else
    echo "$function: differs" >&2
    differ=1
  fi
done
exit $differ
