#!/bin/bash
# A study with GNU parallel: N parts, as many at once as there are cores, here or on other computers.
#
#   tools/study/gnu-parallel.sh STUDY.json5 DIR N [options of parallel, such as --sshlogin a,b]
#   sortline merge DIR --out DIR-whole
#
# Other computers must see the same folders. SORTLINE names the program where it is not on the path.
set -eu
if [ $# -lt 3 ]; then
  echo "usage: $0 STUDY.json5 DIR N [options of parallel]" >&2
  exit 64
fi
study=$1 out=$2 count=$3
shift 3
exec parallel --halt soon,fail=1 "$@" \
  "${SORTLINE:-sortline}" sweep "$study" --out "$out" --shard "{}/$count" --jobs 1 --quiet ::: $(seq "$count")
