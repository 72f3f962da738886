internal import Linux
internal import Planning

extension FileStep {
  func execute(on site: borrowing BuildingSite) throws(SysError) {
    try site.inNewRoot { root throws(SysError) in
      try root.make(path) { parent, name throws(SysError) in
        try parent.makeFile(name, Array(content.utf8), mode: 0o444)
      }
    }
  }
}
