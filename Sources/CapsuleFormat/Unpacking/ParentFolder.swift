internal import Linux

/// Finds the folders that files of a tree lie in, without leaving the tree or passing a link.
struct ParentFolder: ~Copyable {
  private let root: Descriptor
  /// That of the last one is still open: what lies in one folder mostly comes together.
  private var last: (path: CapsulePath?, folder: Handle)

  init(_ root: consuming Descriptor) throws(CapsuleError) {
    let again = try attempt("open the new folder") { () throws(SysError) in try root.duplicate() }
    self.root = root
    last = (nil, Handle(again))
  }

  mutating func folder(of path: CapsulePath) throws(CapsuleError) -> Handle {
    let wanted = path.parent
    guard wanted != last.path else { return last.folder }
    let handle = try attempt("open the folder of \"\(path)\"") { () throws(SysError) in
      guard let wanted else { return Handle(try root.duplicate()) }
      return Handle(try root.openBeneath(wanted.text, .folderItself))
    }
    last = (wanted, handle)
    return handle
  }
}
