// What capsprobe does beside checking, for the harness.
#pragma once
#include <stdbool.h>

// Runs the command that the first word names, and sets its exit code; false when it names none.
bool command(int count, char **words, int *status);
int leave(int count, char **words);
