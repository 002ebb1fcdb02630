#!/bin/sh
# Makes the typefaces that are compiled into functions: of Noto Sans CJK SC the glyphs of each one's own list of
# characters, and the 8,105 of the Table of General Standard Chinese Characters (2013, in Unicode's data as kTGH), which
# holds those of place names and surnames.
# Needs a Debian machine (its packages fonts-noto-cjk and unicode-data) and Python (fonttools from PyPI).
# `subset.sh FACE CHARACTERS FONT [FACE CHARACTERS FONT…]`, FACE as in NotoSansCJK-FACE.ttc
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
(
  cd "$work"
  apt-get download fonts-noto-cjk unicode-data
  dpkg-deb -x fonts-noto-cjk_*.deb package
  dpkg-deb -x unicode-data_*.deb package
  python3 -m venv venv
  venv/bin/pip install --quiet 'fonttools==4.68.0'
)
bzcat "$work"/package/usr/share/unicode/Unihan_OtherMappings.txt.bz2 |
  awk '$1 ~ /^U\+/ && $2 == "kTGH" { sub(/^U\+/, "", $1); print $1 }' > "$work"/standard-characters.txt

while [ $# -gt 0 ]; do
  # Font 2 of the collection is the simplified Chinese face. Kerning and alternates go: marks and sheets set one glyph
  # after the other.
  "$work"/venv/bin/pyftsubset "$work"/package/usr/share/fonts/opentype/noto/NotoSansCJK-"$1".ttc \
    --font-number=2 \
    --text-file="$2" \
    --unicodes-file="$work"/standard-characters.txt \
    --layout-features='' \
    --drop-tables+=vhea,vmtx,VORG,BASE,GPOS,GSUB,GDEF \
    --name-IDs=0,1,2,3,4,5,6,13,14 \
    --no-hinting \
    --output-file="$3"
  ls -l "$3"
  shift 3
done
