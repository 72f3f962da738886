internal import Linux
internal import Planning

extension FileStep {
  func execute(on site: BuildingSite) throws(SysError) {
    try site.root.make(path) { parent, name throws(SysError) in
      try parent.putFile(name, content, mode: 0o444)
    }
  }
}
