# Sourced by the tests of this folder: results as lines of TAP.
# shellcheck shell=sh

failed=0

# check NAME EXPECTED ACTUAL
check() {
  if [ "$2" = "$3" ]; then
    echo "ok - $1"
  else
    failed=1
    echo "not ok - $1"
    printf '# expected: %s\n# actual:   %s\n' "$2" "$3"
  fi
}
