/*
 * Feature gates of control-plane components: --feature-gates against the table feature-gates.yaml. Private to this
 * level. Source: k8s.io/component-base featuregate/feature_gate.go; from 1.31 on names may carry the component,
 * "kube:NAME".
 */
#pragma once

#include "src/kube/flag_settings.h"

typedef enum pl_gate_state { PL_GATE_OFF, PL_GATE_ON, PL_GATE_UNKNOWN } pl_gate_state;

/* TEXT, "beta on locked" of the tables, has WORD; NULL has none. */
bool pl_gate_says(const char *text, const char *word);

/* Refuse gates that this version does not have or that cannot be changed. */
void pl_flag_gates_check(pl_flag_run *run);
/* The same of setting NAME, an object of gates. */
void pl_flag_gates_check_map(pl_flag_run *run, const char *name);
/* Explicit value, else AllAlpha or AllBeta, else the version's default; off when the version has no such gate. */
pl_gate_state pl_flag_gate(const pl_flag_run *run, const char *name);
/* Setting "featureGates.NAME", with what decided it. */
void pl_flag_gate_setting(pl_flag_run *run, const char *name);
