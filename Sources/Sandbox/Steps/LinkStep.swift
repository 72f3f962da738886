internal import Linux
internal import Planning

extension LinkStep {
  func execute(on site: borrowing BuildingSite) throws(SysError) {
    try site.inNewRoot { root throws(SysError) in
      try root.make(path) { parent, name throws(SysError) in try parent.makeLink(name, to: target) }
    }
  }
}
