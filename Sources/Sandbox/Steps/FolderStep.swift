internal import Linux
internal import Planning

extension FolderStep {
  func execute(on site: BuildingSite) throws(SysError) { try site.root.attachEmptyFolder(at: path) }
}
