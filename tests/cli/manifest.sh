#!/bin/bash
# What plumbline manifest prints: tests/cli/manifests.py says what must hold of it.
set -u
cd "$(dirname "$0")/../.." || exit 1
schemas=${PLUMBLINE_SHARED:-../shared}/schemas/kubernetes-1.34
[ -d "$schemas" ] || schemas=
exec /usr/bin/python3 -B tests/cli/manifests.py "${PLUMBLINE:-$PWD/build/plumbline}" ${schemas:+"$schemas"}
