internal import Linux
internal import Planning

extension FolderStep {
  func execute(on site: borrowing BuildingSite) throws(SysError) {
    try site.inNewRoot { root throws(SysError) in
      _ = try root.folder(at: path)
    }
  }
}
