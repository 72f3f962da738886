// Descendants: keeping hold of what a process has started where no pid namespace does.
#ifndef CL_DESCENDANTS_H
#define CL_DESCENDANTS_H

/// From now on the orphans among this process's descendants become its children.
int cl_become_reaper(void);

/// This process is killed when the one that made it ends.
int cl_end_with_parent(void);

/// Kills and reaps all children of this process, and those that become its children by that, until none is left.
int cl_end_children(void);

#endif
