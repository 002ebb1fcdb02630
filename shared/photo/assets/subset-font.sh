#!/bin/sh
# Makes mark-font.otf: the few glyphs a photo's mark can need, out of Noto Sans CJK SC Bold.
# Needs a Debian machine (its package fonts-noto-cjk) and Python (fonttools from PyPI); writes nothing
# outside this folder but a temporary one.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

chmod 755 "$work"
cd "$work"
apt-get download fonts-noto-cjk
dpkg-deb -x fonts-noto-cjk_*.deb package
python3 -m venv venv
venv/bin/pip install --quiet 'fonttools==4.68.0'

# Font 2 of the collection is the simplified Chinese face. Kerning and alternates go: the mark sets one
# glyph after the other.
venv/bin/pyftsubset package/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc \
  --font-number=2 \
  --text-file="$here/mark-characters.txt" \
  --layout-features='' \
  --drop-tables+=vhea,vmtx,VORG,BASE,GPOS,GSUB,GDEF \
  --name-IDs=0,1,2,3,4,5,6,13,14 \
  --no-hinting \
  --desubroutinize \
  --output-file="$here/mark-font.otf"
ls -l "$here/mark-font.otf"
