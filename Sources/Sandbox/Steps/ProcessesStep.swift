internal import Linux
internal import Planning

extension ProcessesStep {
  func execute(on site: BuildingSite) throws(SysError) {
    try site.root.folder(at: path)
    try FileSystem.mount(
      type: "proc", on: NewRoot.mountPoint + path, [.noSetuid, .noDevices, .noExecution], options: "")
  }
}
