#!/bin/sh
# The two commands of the README on fresh Debian: for each release a debootstrap chroot with nothing but make in it, a clone of what is
# committed, then `make run` and `make test` as root, and `make test` as an ordinary user. Usage, as root: tests/fresh/run.sh bookworm trixie
# This machine's own apt settings, proxy and resolver are lent to the chroot; all stays below build/fresh, a log for each release.
set -u
cd "$(dirname "$0")/../.." || exit 1
if [ $# -eq 0 ]; then
  echo "usage: $0 RELEASE..." >&2
  exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "$0: chroot and debootstrap need root" >&2
  exit 2
fi
# Mounts live in a namespace of their own: however this ends, none is left behind.
if [ -z "${PL_FRESH_NAMESPACE:-}" ]; then
  PL_FRESH_NAMESPACE=1 exec unshare --mount --propagation private "$0" "$@"
fi
folder=$PWD/build/fresh
mkdir -p "$folder/packages"

mirror() { # where this machine has its packages from
  cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list 2>/dev/null |
    sed -nE 's/^(URIs:|deb( \[[^]]*\])?) *([^ ]*\/debian)\/?( .*)?$/\3/p' | head -n 1
}

inside() { # inside ROOT COMMAND...
  root=$1
  shift
  chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} ${no_proxy:+"no_proxy=$no_proxy"} "$@"
}

prepare() { # prepare RELEASE ROOT
  rm -rf --one-file-system "$2"
  debootstrap --variant=minbase --include=make --cache-dir="$folder/packages" "$1" "$2" "$(mirror)" || return
  cp -L /etc/resolv.conf /etc/hosts "$2/etc/"
  for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
    case $file in *docker* | *packagekit | *appstream) continue ;; esac
    if [ -f "$file" ]; then cp "$file" "$2${file}"; fi
  done
  printf '#!/bin/sh\nexit 101\n' >"$2/usr/sbin/policy-rc.d" # packages start no services
  chmod 755 "$2/usr/sbin/policy-rc.d"
  git clone -q --no-hardlinks . "$2/root/plumbline" || return
  mount -t proc proc "$2/proc" && mount -t sysfs sysfs "$2/sys" && mount --rbind /dev "$2/dev"
}

# try RELEASE: what fails first, or nothing
try() {
  root=$folder/$1
  prepare "$1" "$root" >"$folder/$1.log" 2>&1 || {
    echo "debootstrap"
    return
  }
  for target in run test; do
    echo "== make $target" >>"$folder/$1.log"
    inside "$root" make --no-print-directory -C /root/plumbline $target >>"$folder/$1.log" 2>&1 || {
      echo "make $target"
      return
    }
  done
  echo "== make test as an ordinary user" >>"$folder/$1.log"
  {
    inside "$root" useradd --create-home tester && cp -r "$root/root/plumbline" "$root/home/tester/" && inside "$root" chown -R tester: /home/tester &&
      inside "$root" su tester -c 'make --no-print-directory -C ~/plumbline test'
  } >>"$folder/$1.log" 2>&1 || echo "make test as an ordinary user"
}

failed=0
for release; do
  begun=$(date +%s)
  fault=$(try "$release")
  if [ -n "$fault" ]; then
    failed=$((failed + 1))
    echo "$release: FAILED in $fault after $(($(date +%s) - begun)) seconds; the end of $folder/$release.log:"
    tail -n 40 "$folder/$release.log"
  else
    echo "$release: passed in $(($(date +%s) - begun)) seconds: $(tail -n 1 "$folder/$release.log")"
    umount -R "$folder/$release/dev" "$folder/$release/sys" "$folder/$release/proc" && rm -rf --one-file-system "${folder:?}/$release"
  fi
done
echo "$(($# - failed)) passed, $failed failed"
[ $failed -eq 0 ]
