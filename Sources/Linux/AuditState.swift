internal import CLinux

/// The audit subsystem, which is one for the whole machine.
package enum AuditState {
  /// Whether it is switched on, so that the kernel writes down what it refuses. Asking takes root. audit(7), AUDIT_GET
  package static func isOn() throws(SysError) -> Bool { try check(.socket, "audit") { cl_is_auditing() } == 1 }
}
