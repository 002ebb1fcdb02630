#!/usr/bin/env bash
# Puts what `make package` and `make sbom` made into target/release-archive. The same files give the same bytes.
# Usage: archive.sh ARCH
set -euo pipefail

arch=$1
cd "$(dirname "$0")/../.."
out=target/release-archive
mkdir -p "$out"

tar --sort=name --mtime='@0' --owner=0 --group=0 --numeric-owner -cf - \
  infra/*.yaml samconfig.toml infra/release/deploy.py target/lambda |
  gzip -9n >"$out/anju-$arch.tar.gz"
cp target/anju.cdx.json "$out/anju-$arch.cdx.json"
# Every function by itself, to compare with what a stack runs.
(cd target/lambda && sha256sum -- */bootstrap) >"$out/functions-$arch.sha256"
