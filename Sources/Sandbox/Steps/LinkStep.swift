internal import Linux
internal import Planning

extension LinkStep {
  func execute(on site: BuildingSite) throws(SysError) {
    try site.root.make(path) { parent, name throws(SysError) in try parent.makeLink(name, to: target) }
  }
}
