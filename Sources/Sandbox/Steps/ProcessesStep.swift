internal import Linux
internal import Planning

extension ProcessesStep {
  func execute(on site: borrowing BuildingSite) throws(SysError) {
    try site.inNewRoot { root throws(SysError) in
      _ = try root.folder(at: path)
    }
    try FileSystem.mount(
      type: "proc", on: NewRoot.mountPoint + path, [.noSetuid, .noDevices, .noExecution], options: "")
  }
}
