#!/bin/sh
# Debian's chromium and Chinese letters, unless they are there or CHROMIUM names a browser.
set -eu
[ -n "${CHROMIUM:-}" ] && exit 0
missing=
[ -x /usr/bin/chromium ] || missing="$missing chromium"
fc-list :lang=zh-cn 2>/dev/null | grep -q . || missing="$missing fonts-noto-cjk"
[ -z "$missing" ] && exit 0
as_root=
if [ "$(id -u)" != 0 ]; then
  command -v sudo > /dev/null || { echo "install as root:$missing, or name a browser in CHROMIUM" >&2; exit 1; }
  as_root=sudo
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086 # several packages
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing > /dev/null
