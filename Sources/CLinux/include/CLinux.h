// What Swift's Glibc lacks of Linux, one pair of files per concern. Every function follows one rule: -1 and errno on failure.
#ifndef CL_LINUX_H
#define CL_LINUX_H

#include "cl_abilities.h"
#include "cl_attempts.h"
#include "cl_audit.h"
#include "cl_descendants.h"
#include "cl_events.h"
#include "cl_files.h"
#include "cl_landlock.h"
#include "cl_manager.h"
#include "cl_marks.h"
#include "cl_moments.h"
#include "cl_mounts.h"
#include "cl_beside.h"
#include "cl_network.h"
#include "cl_notifications.h"
#include "cl_pipes.h"
#include "cl_privileges.h"
#include "cl_processes.h"
#include "cl_signals.h"
#include "cl_sockets.h"
#include "cl_terminals.h"
#include "cl_text.h"
#include "cl_trees.h"

#endif
