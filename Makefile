# plumbline: the build, its tests and its installation. `make help` lists the targets.

VERSION := 0.1.0
# Who hands the packages out: the maintainer of the .deb, the supplier in the SBOM. Packagers give their own: make dist VENDOR='Name <address>'
VENDOR ?= The plumbline maintainers <maintainers@plumbline.example>
export VENDOR
PREFIX ?= /usr/local
DESTDIR ?=
BUILD := build
CC ?= cc
PKG_CONFIG ?= pkg-config
# Of the machine that builds, where CC builds for another one.
HOSTCC ?= cc
HOSTAR ?= ar
HOST_PKG_CONFIG ?= pkg-config
# Set where the binary is to be stripped.
STRIP :=
LIBRARIES := yaml-0.1 libpcre2-8 libxml-2.0 jansson nettle libtasn1

# `make V=1` shows whole commands.
V ?= 0
ifeq ($(V),0)
QUIET = @echo '  $(1) $@';
else
QUIET =
endif

# What the compiler understands of our warnings is asked of it, since gcc and clang differ.
WARNINGS_WANTED := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
  -Wundef -Wvla -Wwrite-strings -Wcast-qual -Wformat=2 -Wswitch-enum -Wpointer-arith -Wconversion -Wno-sign-conversion \
  -Wlogical-op -Wduplicated-cond -Wnull-dereference
HARDENING_WANTED := -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -mbranch-protection=standard -ftrivial-auto-var-init=zero
supported = $(shell for flag in $(1); do $(CC) -Werror $$flag -x c -c -o /dev/null /dev/null 2>/dev/null && echo "$$flag"; done)
FLAGS_FILE := $(BUILD)/flags.mk

MODE_CFLAGS ?= -O2 -D_FORTIFY_SOURCE=2
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -DPL_VERSION='"$(VERSION)"' -Iinclude -I. -g -fPIE -MMD -MP $(SUPPORTED) $(LIB_CFLAGS) $(MODE_CFLAGS) $(EXTRA_CFLAGS) $(CFLAGS)
LINK_AS ?= -pie
ALL_LDFLAGS = $(LINK_AS) -Wl,-z,relro,-z,now,-z,noexecstack $(MODE_LDFLAGS) $(LDFLAGS)

SOURCES := $(sort $(wildcard src/*/*.c))
MAIN := src/cli/main.c
LIBRARY_SOURCES := $(filter-out $(MAIN),$(SOURCES))
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/embedded.o $(BUILD)/definitions.o $(BUILD)/filter.o
EMBEDDED := $(shell find src/ship -type f \( -name '*.yaml' -o -name '*.schema.json' -o -path '*/completion/*' \) | LC_ALL=C sort)
DEFINITIONS := $(shell find benchmarks -type f -name '*.yaml' | LC_ALL=C sort)
# The program that packs the definitions: its own files, and what they need of level 0.
COMPILE_SOURCES := $(wildcard src/core/compile/*.c)
COMPILE_OBJECTS := $(COMPILE_SOURCES:%.c=$(BUILD)/host/%.o)
COMPILE_CORE := $(patsubst %.c,$(BUILD)/host/%.o,$(wildcard src/core/*.c))
# The program that proves them: the reader of definitions, and a main.
PROVE_OBJECTS := $(patsubst %.c,$(BUILD)/host/%.o,$(wildcard src/benchmark/*.c src/benchmark/compile/*.c))
# The program that makes the system call filters.
FILTER_OBJECTS := $(BUILD)/host/src/host/compile/filter.o
UNIT_SOURCES := $(sort $(wildcard tests/unit/*.c))
UNIT_OBJECTS := $(UNIT_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/src/core/compile/pack.o

.PHONY: all
all: $(BUILD)/plumbline

ifneq ($(filter-out help clean run test lint asan fuzz fuzz-smoke check-fresh static image test-ship deb dist dist-one,$(or $(MAKECMDGOALS),all)),)
include $(FLAGS_FILE)
endif

# What LIBRARIES_BUILT names is built first: libraries that are not the machine's.
$(FLAGS_FILE): Makefile $(LIBRARIES_BUILT)
	@mkdir -p $(@D)
	@.ci/packages check build
	@echo 'SUPPORTED := $(call supported,$(WARNINGS_WANTED) $(HARDENING_WANTED))' > $@
	@echo "LIB_CFLAGS := $$($(PKG_CONFIG) --cflags $(LIBRARIES))" >> $@
	@echo "LIB_LIBS := $$($(PKG_CONFIG) --libs $(LIBRARIES)) -lm" >> $@

$(BUILD)/%.o: %.c $(FLAGS_FILE)
	@mkdir -p $(@D)
	$(call QUIET,CC)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/embedded.c: src/core/embed.sh $(EMBEDDED)
	@mkdir -p $(@D)
	@src/core/embed.sh $(EMBEDDED) > $@.new && mv $@.new $@

$(BUILD)/embedded.o: $(BUILD)/embedded.c $(FLAGS_FILE)
	$(call QUIET,CC)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Definitions are read when they are built in: a fault in one stops the build at its line.
$(BUILD)/host/%.o: %.c
	@mkdir -p $(@D)
	$(call QUIET,HOSTCC)$(HOSTCC) -std=gnu17 -D_GNU_SOURCE -Iinclude -I. -MMD -MP $$($(HOST_PKG_CONFIG) --cflags $(LIBRARIES)) -c -o $@ $<

$(BUILD)/host/core.a: $(COMPILE_CORE)
	@rm -f $@
	$(call QUIET,HOSTAR)$(HOSTAR) crs $@ $^

$(BUILD)/host/compile: $(COMPILE_OBJECTS) $(BUILD)/host/core.a
	$(call QUIET,HOSTLD)$(HOSTCC) -o $@ $^ $$($(HOST_PKG_CONFIG) --libs yaml-0.1 jansson nettle) -lm

$(BUILD)/definitions.c: $(BUILD)/host/compile $(DEFINITIONS) $(sort $(dir $(DEFINITIONS)))
	@$(BUILD)/host/compile $(DEFINITIONS) > $@.new && mv $@.new $@

$(BUILD)/host/definitions.o: $(BUILD)/definitions.c
	$(call QUIET,HOSTCC)$(HOSTCC) -std=gnu17 -I. -Iinclude -c -o $@ $<

$(BUILD)/host/prove: $(PROVE_OBJECTS) $(BUILD)/host/definitions.o $(BUILD)/host/core.a
	$(call QUIET,HOSTLD)$(HOSTCC) -o $@ $^ $$($(HOST_PKG_CONFIG) --libs yaml-0.1 jansson nettle libpcre2-8) -lm

# Whatever else is checked of them, which would take each run too long.
$(BUILD)/proved: $(BUILD)/host/prove $(BUILD)/definitions.c
	@$(BUILD)/host/prove && touch $@

$(BUILD)/definitions.o: $(BUILD)/definitions.c $(BUILD)/proved $(FLAGS_FILE)
	$(call QUIET,CC)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/host/filter: $(FILTER_OBJECTS)
	$(call QUIET,HOSTLD)$(HOSTCC) -o $@ $^ $$($(HOST_PKG_CONFIG) --libs libseccomp)

$(BUILD)/filter.c: $(BUILD)/host/filter
	@$(BUILD)/host/filter > $@.new && mv $@.new $@

$(BUILD)/filter.o: $(BUILD)/filter.c $(FLAGS_FILE)
	$(call QUIET,CC)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/plumbline: $(BUILD)/$(MAIN:.c=.o) $(LIBRARY_OBJECTS)
	$(call QUIET,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)
	$(if $(STRIP),@$(STRIP) --strip-all --remove-section=.comment $@)

# ---- one file that needs no other: build/static/plumbline, or build/static-ARCH/plumbline for another architecture ----

DOWNLOADS ?= $(BUILD)/debian
HOST_ARCH = $(shell dpkg --print-architecture)
ARCH ?= $(HOST_ARCH)
CPU_OF_arm64 := aarch64
FOREIGN = $(filter-out $(HOST_ARCH),$(ARCH))
CPU = $(or $(CPU_OF_$(ARCH)),$(error there is no cross build for $(ARCH)))
STATIC_BUILD = $(BUILD)/static$(FOREIGN:%=-%)
STATIC_LIBRARIES = $(abspath $(STATIC_BUILD)/libraries)
STATIC_PATH = $(if $(FOREIGN),LIBDIR,PATH)=$(STATIC_LIBRARIES)/lib/pkgconfig$(if $(FOREIGN),:$(STATIC_LIBRARIES)/usr/lib/$(CPU)-linux-gnu/pkgconfig)
# Nothing of where it was built stays in it.
STATIC_CFLAGS = -O2 -D_FORTIFY_SOURCE=2 -ffunction-sections -fdata-sections -ffile-prefix-map=$(CURDIR)=.
STATIC_LDFLAGS = -Wl,--gc-sections -Wl,--build-id=none $(if $(FOREIGN),,-Wl,-z,pack-relative-relocs) -Wl,-Map=$(STATIC_BUILD)/plumbline.map $(if $(FOREIGN),-B$(STATIC_LIBRARIES)/usr/lib/$(CPU)-linux-gnu)

.PHONY: static
static:
	@.ci/packages check static $(FOREIGN:%=static-%)
	@$(MAKE) --no-print-directory BUILD=$(STATIC_BUILD) DOWNLOADS=$(DOWNLOADS) $(if $(FOREIGN),CC=$(CPU)-linux-gnu-gcc) \
	  STRIP=$(if $(FOREIGN),$(CPU)-linux-gnu-)strip LINK_AS=-static-pie \
	  LIBRARIES_BUILT=$(STATIC_BUILD)/libraries/done PKG_CONFIG='env PKG_CONFIG_$(STATIC_PATH) $(PKG_CONFIG) --static' \
	  MODE_CFLAGS='$(STATIC_CFLAGS)' MODE_LDFLAGS='$(STATIC_LDFLAGS)' $(STATIC_BUILD)/plumbline

$(BUILD)/libraries/done: $(addprefix src/ship/static/,apt.sh libraries.sh libxml2.sh) .ci/packages
	@echo '  LIBRARIES $(@D)'; CC='$(CC)' CFLAGS='-fPIE $(MODE_CFLAGS) $(call supported,$(HARDENING_WANTED))' \
	  src/ship/static/libraries.sh $(DOWNLOADS) $(ARCH) $(@D)

# ---- a container image with that file and nothing else; src/ship/Containerfile is for those who have podman, buildah or docker ----

IMAGE_NAME ?= localhost/plumbline

.PHONY: image
image: static
	@src/ship/image.sh $(STATIC_BUILD)/plumbline $(BUILD)/plumbline-image$(FOREIGN:%=-%).tar $(IMAGE_NAME) $(VERSION)

# ---- unit tests: every tests/unit/test_X.c gives `Suite *suite_X(void)` ----

$(BUILD)/suites.h: $(UNIT_SOURCES)
	@mkdir -p $(@D)
	@for f in $(notdir $(filter tests/unit/test_%,$(UNIT_SOURCES))); do f=$${f#test_}; echo "SUITE($${f%.c})"; done > $@.new
	@cmp -s $@.new $@ || mv $@.new $@

$(UNIT_OBJECTS): $(BUILD)/suites.h
$(BUILD)/tests/unit/%.o: EXTRA_CFLAGS := -I$(BUILD) -Itests/unit

$(BUILD)/unit: $(UNIT_OBJECTS) $(LIBRARY_OBJECTS)
	$(call QUIET,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS) $$($(PKG_CONFIG) --libs check libseccomp)

.PHONY: unit
unit: $(BUILD)/unit
	$(BUILD)/unit

# A launcher for the command line tests: a kernel that lacks system calls.
$(BUILD)/refuse: $(BUILD)/tests/shim/refuse.o
	$(call QUIET,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $$($(PKG_CONFIG) --libs libseccomp)

# ---- the two commands of the README ----

.PHONY: run test
run:
	@.ci/packages install build
	@$(MAKE) --no-print-directory $(BUILD)/plumbline
	@.ci/here

test:
	@.ci/packages install build test
	@$(MAKE) --no-print-directory $(BUILD)/plumbline $(BUILD)/unit $(BUILD)/refuse $(FUZZ_TARGETS:%=$(BUILD)/replay_%)
	@tests/run.sh

# What people get, and the places where they run it.
.PHONY: test-ship
test-ship:
	@.ci/packages install build test static static-arm64 deb ship
	@$(MAKE) --no-print-directory $(BUILD)/plumbline $(BUILD)/refuse
	@$(MAKE) --no-print-directory dist image
	@tests/run.sh ship

# ---- quality ----

.PHONY: lint asan fuzz fuzz-smoke bench check-fresh
lint:
	@.ci/packages check lint
	@$(MAKE) --no-print-directory CC=gcc BUILD=$(BUILD)/gcc $(BUILD)/gcc/plumbline $(BUILD)/gcc/unit
	@$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/clang $(BUILD)/clang/plumbline $(BUILD)/clang/unit
	@tests/lint/run.sh

asan:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/asan MODE_CFLAGS='-O1 -fsanitize=address,undefined -fno-omit-frame-pointer' \
	  MODE_LDFLAGS='-fsanitize=address,undefined' $(BUILD)/asan/plumbline $(BUILD)/asan/unit
	CK_FORK=no ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 $(BUILD)/asan/unit

FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_BUILD := $(BUILD)/fuzz
FUZZ_SECONDS ?= 20
FUZZ_FLAGS := -O1 -fsanitize=address,undefined,fuzzer-no-link -fno-omit-frame-pointer

fuzz:
	@$(MAKE) --no-print-directory CC=clang BUILD=$(FUZZ_BUILD) MODE_CFLAGS='$(FUZZ_FLAGS)' MODE_LDFLAGS='-fsanitize=address,undefined,fuzzer' \
	  $(FUZZ_TARGETS:%=$(FUZZ_BUILD)/fuzz_%)

$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(LIBRARY_OBJECTS)
	$(call QUIET,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

# The same targets without libFuzzer: they only replay what is kept.
$(BUILD)/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(LIBRARY_OBJECTS)
	$(call QUIET,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

# Each target for FUZZ_SECONDS from its committed corpus; what is found stays under build/.
fuzz-smoke: fuzz
	@for t in $(FUZZ_TARGETS); do echo "fuzz: $$t"; mkdir -p $(FUZZ_BUILD)/found/$$t; \
	  UBSAN_OPTIONS=halt_on_error=1 $(FUZZ_BUILD)/fuzz_$$t -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -close_fd_mask=3 \
	    -artifact_prefix=$(FUZZ_BUILD)/found/ $(FUZZ_BUILD)/found/$$t tests/fuzz/corpus/$$t || exit 1; done

bench: $(BUILD)/plumbline $(BUILD)/bench-crowd $(BUILD)/bench-floor $(BUILD)/bench-measure
	@.ci/packages install bench static
	@$(MAKE) --no-print-directory static
	@tests/bench/run.sh

$(BUILD)/bench-%: $(BUILD)/tests/bench/%.o
	$(call QUIET,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^

# A debootstrap chroot of each release runs the README's two commands.
check-fresh:
	@.ci/packages install fresh
	@tests/fresh/run.sh bookworm trixie

# ---- installation ----

# MODE:FILE:DESTINATION below PREFIX; what is packed is installed by the same list.
INSTALL_BINARY ?= $(BUILD)/plumbline
PAGES := $(sort $(wildcard src/ship/*.[1-9]))
SCHEMAS := $(sort $(wildcard src/ship/*.schema.json))
UNITS := $(sort $(wildcard src/ship/*.service src/ship/*.timer))
COMPLETIONS := $(sort $(wildcard src/ship/completion/plumbline.*))
COMPLETION_bash := bash-completion/completions/plumbline
COMPLETION_fish := fish/vendor_completions.d/plumbline.fish
COMPLETION_zsh := zsh/vendor-completions/_plumbline
INSTALLED = 755:$(INSTALL_BINARY):bin/plumbline \
  $(foreach f,$(PAGES),644:$f:share/man/man$(patsubst .%,%,$(suffix $f))/$(notdir $f)) \
  $(foreach f,$(SCHEMAS),644:$f:share/plumbline/$(notdir $f)) \
  $(foreach f,$(UNITS),644:$f:lib/systemd/system/$(notdir $f)) \
  $(foreach f,$(COMPLETIONS),644:$f:share/$(COMPLETION_$(patsubst .%,%,$(suffix $f))))

.PHONY: install deb dist clean help
install: $(INSTALL_BINARY)
	@for entry in $(INSTALLED); do mode=$${entry%%:*} rest=$${entry#*:}; \
	  file=$${rest%%:*} destination=$(DESTDIR)$(PREFIX)/$${rest#*:}; \
	  echo "  INSTALL $$destination"; install -D -m $$mode "$$file" "$$destination" || exit 1; done

# What it is made of says the changelog's date, not today's.
EPOCH = $(shell dpkg-parsechangelog -l src/ship/debian/changelog -S Timestamp)
PACK = $(BUILD)/deb$(FOREIGN:%=-%)
deb: static
	@.ci/packages check deb
	@rm -rf $(PACK) && mkdir -p $(PACK)
	@umask 022 && $(MAKE) --no-print-directory install INSTALL_BINARY=$(STATIC_BUILD)/plumbline DESTDIR=$(PACK)/staged PREFIX=/usr > $(PACK)/log
	@src/ship/debian/pack.sh $(STATIC_BUILD) $(PACK)/staged $(PACK) $(ARCH) $(VERSION)
	@rm -rf $(PACK)/staged
	@echo '  DEB $(PACK)/plumbline_$(VERSION)_$(ARCH).deb'

# Everything that is handed out, for each architecture, with what is in it and the sums.
DIST_ARCHES ?= amd64 arm64
dist:
	@rm -rf $(BUILD)/dist && mkdir -p $(BUILD)/dist
	@for arch in $(DIST_ARCHES); do $(MAKE) --no-print-directory dist-one ARCH=$$arch || exit 1; done
	@cd $(BUILD)/dist && sha256sum plumbline* > SHA256SUMS

.PHONY: dist-one
DIST_NAME = $(BUILD)/dist/plumbline-$(VERSION)-linux-$(ARCH)
dist-one: deb
	@install -m 755 $(STATIC_BUILD)/plumbline $(DIST_NAME)
	@install -m 644 $(PACK)/plumbline_$(VERSION)_$(ARCH).deb $(BUILD)/dist/
	@src/ship/static/contents.py sbom $(STATIC_BUILD) $(ARCH) $(VERSION) $(EPOCH) > $(DIST_NAME).spdx.json
	@src/ship/static/contents.py notices $(STATIC_BUILD) > $(DIST_NAME).notices.txt

clean:
	rm -rf $(BUILD)

help:
	@echo 'make            build/plumbline'
	@echo 'make static     build/static/plumbline, which needs no other file (ARCH=arm64: build/static-arm64/plumbline)'
	@echo 'make image      build/plumbline-image.tar, an OCI image with that file only (IMAGE_NAME=localhost/plumbline)'
	@echo 'make deb        the Debian package in build/deb (ARCH=arm64: build/deb-arm64)'
	@echo 'make dist       build/dist: static binaries and packages for amd64 and arm64, what is in them (SPDX), SHA-256 sums'
	@echo 'make run        install what the build needs, build, judge this machine (or the bundled sample node)'
	@echo 'make test       install what the tests need, run them all'
	@echo 'make test-ship  install what these need, test what is shipped: the static binaries'
	@echo 'make lint       gcc and clang with warnings as errors, levels, bans, sizes, shellcheck, man pages, style'
	@echo 'make asan       the unit tests under address and undefined-behaviour sanitizers'
	@echo 'make fuzz-smoke every fuzz target for FUZZ_SECONDS (20) seconds'
	@echo 'make bench      time, memory and system calls against a bare loop that reads the same files'
	@echo 'make check-fresh  the two README commands in fresh Debian 12 and 13 chroots (root)'
	@echo 'make install    PREFIX=/usr/local DESTDIR='

# What each object was made of, as the compiler noted it.
NOTED := $(LIBRARY_OBJECTS) $(BUILD)/$(MAIN:.c=.o) $(UNIT_OBJECTS) $(COMPILE_OBJECTS) $(COMPILE_CORE) $(PROVE_OBJECTS) $(FILTER_OBJECTS) \
  $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/fuzz/*.c tests/bench/*.c tests/shim/*.c))
-include $(wildcard $(NOTED:.o=.d))
