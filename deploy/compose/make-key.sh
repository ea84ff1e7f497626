#!/bin/sh
# Makes the admin key on the first start and leaves it alone afterwards: make-key.sh FILE
# Printable, 256 random bits. Readable by the other services of this volume, which is mounted nowhere else.
set -eu
file=$1
if [ -s "$file" ]; then
  echo "the admin key exists"
  exit 0
fi
umask 022
printf 'slk_%s' "$(od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n')" >"$file.new"
mv "$file.new" "$file"
echo "made a new admin key"
