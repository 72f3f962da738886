internal import Linux
internal import Planning

extension DropPrivilegesStep {
  func execute() throws(SysError) {
    try CurrentProcess.dropAllCapabilities()
    try CurrentProcess.forbidNewPrivileges()
  }
}
