# plumbline: the build, its tests and its installation. `make help` lists the targets.

VERSION := 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
BUILD := build
CC ?= cc
PKG_CONFIG ?= pkg-config
LIBRARIES := yaml-0.1 libpcre2-8 libxml-2.0 jansson nettle libtasn1

# What the compiler understands of our warnings is asked of it, since gcc and clang differ.
WARNINGS_WANTED := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
  -Wundef -Wvla -Wwrite-strings -Wcast-qual -Wformat=2 -Wswitch-enum -Wpointer-arith -Wconversion -Wno-sign-conversion \
  -Wlogical-op -Wduplicated-cond -Wnull-dereference
HARDENING_WANTED := -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero
supported = $(shell for flag in $(1); do $(CC) -Werror $$flag -x c -c -o /dev/null /dev/null 2>/dev/null && echo "$$flag"; done)
FLAGS_FILE := $(BUILD)/flags.mk

MODE_CFLAGS ?= -O2 -D_FORTIFY_SOURCE=2
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -DPL_VERSION='"$(VERSION)"' -Iinclude -I. -g -fPIE -MMD -MP $(SUPPORTED) $(LIB_CFLAGS) $(MODE_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack $(MODE_LDFLAGS) $(LDFLAGS)

SOURCES := $(sort $(wildcard src/*/*.c))
MAIN := src/cli/main.c
LIBRARY_SOURCES := $(filter-out $(MAIN),$(SOURCES))
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/embedded.o
EMBEDDED := $(shell find benchmarks src/ship -type f \( -name '*.yaml' -o -name '*.schema.json' \) | LC_ALL=C sort)
UNIT_SOURCES := $(sort $(wildcard tests/unit/*.c))
UNIT_OBJECTS := $(UNIT_SOURCES:%.c=$(BUILD)/%.o)

.PHONY: all
all: $(BUILD)/plumbline

ifneq ($(filter-out help clean run test check-fresh deps%,$(or $(MAKECMDGOALS),all)),)
include $(FLAGS_FILE)
endif

$(FLAGS_FILE): Makefile
	@mkdir -p $(@D)
	@.ci/packages check build
	@echo 'SUPPORTED := $(call supported,$(WARNINGS_WANTED) $(HARDENING_WANTED))' > $@
	@echo "LIB_CFLAGS := $$($(PKG_CONFIG) --cflags $(LIBRARIES))" >> $@
	@echo "LIB_LIBS := $$($(PKG_CONFIG) --libs $(LIBRARIES))" >> $@

$(BUILD)/%.o: %.c $(FLAGS_FILE)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/embedded.c: src/core/embed.sh $(EMBEDDED)
	@mkdir -p $(@D)
	src/core/embed.sh $(EMBEDDED) > $@.new
	mv $@.new $@

$(BUILD)/embedded.o: $(BUILD)/embedded.c $(FLAGS_FILE)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/plumbline: $(BUILD)/$(MAIN:.c=.o) $(LIBRARY_OBJECTS)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

# ---- unit tests: every tests/unit/test_X.c gives `Suite *suite_X(void)` ----

$(BUILD)/suites.h: $(UNIT_SOURCES)
	@mkdir -p $(@D)
	@for f in $(notdir $(filter tests/unit/test_%,$(UNIT_SOURCES))); do f=$${f#test_}; echo "SUITE($${f%.c})"; done > $@.new
	@cmp -s $@.new $@ || mv $@.new $@

$(BUILD)/tests/unit/%.o: $(BUILD)/suites.h
$(BUILD)/tests/unit/%.o: MODE_CFLAGS += -I$(BUILD) -Itests/unit

$(BUILD)/unit: $(UNIT_OBJECTS) $(LIBRARY_OBJECTS)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS) $$($(PKG_CONFIG) --libs check)

.PHONY: unit
unit: $(BUILD)/unit
	$(BUILD)/unit

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
