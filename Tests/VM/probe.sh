#!/bin/sh
# Runs in a virtual machine: attacks from inside, on a stock kernel.
#
#   Tests/VM/probe.sh KERNEL     whose column of Tests/Probe/expected.tsv counts

cd "$(dirname "$0")/../.." || exit 1

# A file system that can map owners on every kernel, for what is granted.
mkdir -p /run/scratch/data
truncate -s 64M /run/scratch/image
mkfs.ext4 -q /run/scratch/image
mount -o loop /run/scratch/image /run/scratch/data
chmod 755 /run/scratch

exec Tests/Probe/run --place "$1" --base /run/scratch/data
