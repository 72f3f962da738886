internal import Linux
internal import Planning

extension ProcessesStep {
  func execute(on site: BuildingSite) throws(SysError) {
    try site.root.attachOnFolder(at: path) { _ throws(SysError) in
      try FileSystem.mount(
        type: "proc", on: NewRoot.mountPoint + path, .plainWithoutPrograms, options: "")
    }
  }
}
