internal import Linux
internal import Planning

extension HostNameStep {
  func execute() throws(SysError) {
    try Linux.setHostName(name)
  }
}
