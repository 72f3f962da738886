internal import Linux

/// Refusals of files, which the kernel tells nobody but the machine's audit log.
enum FileRefusals {
  /// Why they are not among the refusals of a run.
  static var obstacle: String {
    do throws(SysError) {
      guard try KernelAbilities.landlockVersion() >= 7 else { return "this kernel tells of none, Linux 6.15 does" }
      return try AuditState.isOn()
        ? "this machine's audit log has them: ausearch -m LANDLOCK_ACCESS"
        : "audit is switched off on this machine"
    } catch {
      return error.errno == .notPermitted
        ? "only root may ask the machine's audit log for them" : "this machine has no audit log"
    }
  }
}
