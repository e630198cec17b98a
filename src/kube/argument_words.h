/* A command line that is put together from several places, each word with its own. Private to this level. */
#pragma once

#include "plumbline/kube/settings.h"

typedef struct pl_argument_words {
  pl_arena *arena;
  const char **argv;
  pl_argument_place *places;
  size_t count, capacity, place_count, place_capacity;
} pl_argument_words;

static inline void pl_argument_words_add(pl_argument_words *words, const char *word, pl_argument_place place) {
  pl_push(words->arena, words->argv, words->count, words->capacity, word);
  pl_push(words->arena, words->places, words->place_count, words->place_capacity, place);
}
