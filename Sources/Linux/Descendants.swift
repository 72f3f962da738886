internal import CLinux

/// What this process has started, and what was started by that, where no pid namespace holds it together.
package enum Descendants {
  /// From now on those that lose their parent become children of this process. PR_SET_CHILD_SUBREAPER
  package static func adoptOrphans() throws(SysError) {
    try check(.prctl, "orphans") { cl_become_reaper() }
  }

  /// This process is killed when the one that made it ends, however that happens. PR_SET_PDEATHSIG
  package static func endWithParent() throws(SysError) {
    try check(.prctl, "the end of the parent") { cl_end_with_parent() }
  }

  /// Kills and reaps all of them, until none is left. Only for a process that every child of its own may be killed of: one
  /// that executes a file keeps the children that it had before.
  package static func end() throws(SysError) {
    try check(.waitid, "all descendants") { cl_end_children() }
  }
}
