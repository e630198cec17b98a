#!/bin/sh
# libxml2 with nothing in it but the writer and what that stands on: Debian's own archive wants ICU (30 MiB), lzma and zlib.
#   libxml2.sh SOURCES OUT      SOURCES holds Debian's source package; OUT gets include/ and lib/, with CC, AR and CFLAGS of the environment
# Its configure script asks for a minute what any glibc answers alike, so its two headers are filled in here.
set -eu
description=$(find "$(cd "$1" && pwd)" -maxdepth 1 -name 'libxml2_*.dsc')
version=$(sed -n 's/^Version: *//p' "$description")
out=$(mkdir -p "$2" && cd "$2" && pwd)
work=$out/libxml2
rm -rf "$work" "$out/include/libxml2"
dpkg-source --no-copy -x "$description" "$work" >"$out/libxml2.log" 2>&1 || {
  cat "$out/libxml2.log" >&2
  exit 1
}
mkdir -p "$out/include/libxml2" "$out/lib/pkgconfig"
cd "$work"

part() { sed -nE "s/^m4_define\\(\\[$1_VERSION\\], *([0-9]+)\\).*/\\1/p" configure.ac; }
major=$(part MAJOR)
minor=$(part MINOR)
micro=$(part MICRO)
if [ -z "$version" ] || [ "$major" != 2 ] || [ -z "$minor" ] || [ -z "$micro" ]; then
  echo "$0: the version of libxml2 is not where it was in 2.9" >&2
  exit 1
fi

sed -E "s/@VERSION@/$major.$minor.$micro/
  s/@LIBXML_VERSION_NUMBER@/$(printf '%d%02d%02d' "$major" "$minor" "$micro")/
  s/@(LIBXML_VERSION_EXTRA|MODULE_EXTENSION)@//
  s/@WITH_(TREE|OUTPUT|PUSH|WRITER)@/1/
  s/@WITH_[A-Z0-9_]+@/0/" include/libxml/xmlversion.h.in >include/libxml/xmlversion.h
has='ARPA_INET_H|CTYPE_H|DIRENT_H|ERRNO_H|FCNTL_H|FLOAT_H|GETTIMEOFDAY|INTTYPES_H|ISASCII|LIMITS_H|LOCALTIME|MALLOC_H|MATH_H|MMAP|MUNMAP'
has="$has|NETDB_H|NETINET_IN_H|POLL_H|RAND|RAND_R|SNPRINTF|SIGNAL_H|SRAND|STAT|STDARG_H|STDINT_H|STDLIB_H|STRFTIME|STRINGS_H|STRING_H"
has="$has|SYS_MMAN_H|SYS_SELECT_H|SYS_SOCKET_H|SYS_STAT_H|SYS_TIME_H|SYS_TYPES_H|TIME|TIME_H|UNISTD_H|VA_COPY|VSNPRINTF"
sed -E "s/^#undef HAVE_($has)$/#define HAVE_\1 1/
  s/^#undef VA_LIST_IS_ARRAY$/#define VA_LIST_IS_ARRAY 1/
  s/^#undef XML_SOCKLEN_T$/#define XML_SOCKLEN_T socklen_t/
  s/^#undef (GETHOSTBYNAME_ARG_CAST|SEND_ARG2_CAST)$/#define \1/" config.h.in >config.h

# What is switched off compiles to nothing, so every source of the library may take part.
sources=$(sed -n '/^libxml2_la_SOURCES *=/,/[^\\]$/p' Makefile.am | grep -oE '[A-Za-z0-9]+\.c' | LC_ALL=C sort)
# shellcheck disable=SC2086 # a list of words
echo "$sources" | xargs -P "$(nproc)" -I NAME ${CC:-cc} $CFLAGS -w "-ffile-prefix-map=$work=libxml2" -Iinclude -I. -D_REENTRANT \
  -DHAVE_CONFIG_H -c -o NAME.o NAME
rm -f "$out/lib/libxml2.a"
echo "$sources" | sed 's/$/.o/' | xargs "${AR:-ar}" crsD "$out/lib/libxml2.a"
cp -r include/libxml "$out/include/libxml2/"
cat >"$out/lib/pkgconfig/libxml-2.0.pc" <<DESCRIPTION
Name: libXML
Description: the writer of libxml2
Version: $major.$minor.$micro
Libs: -L$out/lib -lxml2
Cflags: -I$out/include/libxml2 -DLIBXML_STATIC
DESCRIPTION
echo "$version" >"$out/libxml2.version"
cp debian/copyright "$out/libxml2.copyright"
cd "$out"
rm -rf "$work" libxml2.log
