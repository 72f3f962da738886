internal import Linux
internal import Planning

extension LoopbackStep {
  func execute() throws(SysError) {
    try NamespaceSetup.bringLoopbackUp()
  }
}
