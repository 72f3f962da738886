// Audit: whether the kernel writes down what it refuses.
#ifndef CL_AUDIT_H
#define CL_AUDIT_H

/// 1 when audit is switched on for the machine, 0 when not. -1 and EPERM for who may not know, and another error where there
/// is none.
int cl_is_auditing(void);

#endif
