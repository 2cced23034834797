#!/usr/bin/env bash
# Inputs to begin with: the project's own documents, programs, links and texts.
#
#   tests/fuzz/seed.sh FOLDER    a folder for each target in it
set -euo pipefail
cd "$(dirname "$0")/../.."
to=$1
for target in document strategy link trace words message markdown; do mkdir -p "$to/$target"; done

# of the small ones: a fuzzer gets on with inputs of a few thousand characters
small() { find "$@" -type f -size -9k; }
put() { # target
  while read -r file; do cp -- "$file" "$to/$1/$(tr / _ <<<"$file")"; done
}
small src/scenario/presets tests/cases -name '*.json' | put document
small src/strategy/builtin src/field_guide/rows tests/engine/explore -name '*.py' | put strategy
small src README.md -name '*.md' | put markdown

lines() { # target, name: each line of standard input is an input
  local number=0
  while IFS= read -r line; do
    number=$((number + 1))
    printf '%s' "$line" > "$to/$1/$2-$number"
  done
}
sed -n 's/.*\(v[0-9]\.[a-z]\.[A-Za-z0-9_-]*\).*/\1/p' tests/links/v1.txt | lines link former
printf '%s\n' 'embed=1&preset=ca6&theme=dark&layout=compact&hide=code,charts&speed=1000&memory=64' \
  'src=https%3A%2F%2Fexample.org%2Fa.json&compare=own,cache-aside:TTL=5&autoplay=1' \
  'cache-aside:TTL=5' 'TTL=1..60' 'TTL=1..60:5' 'capacity=1,10,100' \
  '{"version":1,"lesson":"stale","step":1,"answers":{},"done":false}' | lines words text
printf '%s\n' '{"context":"stalemate","v":1,"type":"play"}' \
  '{"context":"stalemate","v":1,"type":"load","preset":"ca6"}' \
  '{"states":[{},{"mbt::actionTaken":"Begin_read"}]}' | lines message json
printf 'time,client,operation,key\n0.5,one,read,a\n1,two,write,"b,c"\n' > "$to/trace/csv"
printf '0,one,read,a\n1.25,two,write,b,7\n' > "$to/trace/csv-unnamed"
head -c 72 /dev/zero > "$to/trace/records"
