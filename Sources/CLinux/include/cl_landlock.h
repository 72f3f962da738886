// Landlock: rules on files that hold for a process and its children, and can only be narrowed.
#ifndef CL_LANDLOCK_H
#define CL_LANDLOCK_H

#include <stdbool.h>
#include <stdint.h>

/// The rights of Landlock's file rules, which cl_landlock.c documents.
extern const uint64_t cl_landlock_execute, cl_landlock_read_file, cl_landlock_read_folder, cl_landlock_write_file,
    cl_landlock_truncate, cl_landlock_device_control, cl_landlock_change_folder, cl_landlock_of_files;

/// All rights that a version of the interface can withhold.
uint64_t cl_landlock_all(int version);

/// Makes a set of rules that withholds `handled` wherever no rule allows it; returns its descriptor.
int cl_landlock_create(uint64_t handled);

/// Makes a set that withholds all that a version can withhold: of files, of the network, and of reaching other processes by
/// signals and abstract sockets.
int cl_landlock_create_closed(int version);

/// Allows rights at an open file or folder, and everywhere below.
int cl_landlock_allow(int ruleset, int place, uint64_t rights);

/// Holds this process to the rules. What it does before it executes a program is not logged, where a version can say so; what
/// the program does later is when `logs_refusals` says so, where the machine has its audit switched on.
int cl_landlock_confine(int ruleset, int version, bool logs_refusals);

#endif
