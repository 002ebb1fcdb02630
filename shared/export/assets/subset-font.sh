#!/bin/sh
# Makes sheet-font.otf: the glyphs that a sheet of QR codes can need, out of Noto Sans CJK SC Regular. These are the
# characters of sheet-characters.txt and the 8,105 of the Table of General Standard Chinese Characters (2013, in
# Unicode's data as kTGH), which holds those of place names and surnames too.
# Needs a Debian machine (its packages fonts-noto-cjk and unicode-data) and Python (fonttools from PyPI); writes
# nothing outside this folder but a temporary one.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

chmod 755 "$work"
cd "$work"
apt-get download fonts-noto-cjk unicode-data
dpkg-deb -x fonts-noto-cjk_*.deb package
dpkg-deb -x unicode-data_*.deb package
python3 -m venv venv
venv/bin/pip install --quiet 'fonttools==4.68.0'

bzcat package/usr/share/unicode/Unihan_OtherMappings.txt.bz2 |
  awk '$1 ~ /^U\+/ && $2 == "kTGH" { sub(/^U\+/, "", $1); print $1 }' > standard-characters.txt

# Font 2 of the collection is the simplified Chinese face. Kerning and alternates go: cards set one glyph
# after the other.
venv/bin/pyftsubset package/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc \
  --font-number=2 \
  --text-file="$here/sheet-characters.txt" \
  --unicodes-file=standard-characters.txt \
  --layout-features='' \
  --drop-tables+=vhea,vmtx,VORG,BASE,GPOS,GSUB,GDEF \
  --name-IDs=0,1,2,3,4,5,6,13,14 \
  --no-hinting \
  --output-file="$here/sheet-font.otf"
ls -l "$here/sheet-font.otf"
