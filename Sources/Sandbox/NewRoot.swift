internal import Linux

/// The root file system while it is being built, under the folder where it is mounted for the time being.
struct NewRoot: ~Copyable {
  /// A folder that every host has, that nothing needs any more once the sources are held open.
  static let mountPoint = "/tmp"

  private let folder: Descriptor
  /// The file system that is ours: only there are mount points made, never in a host folder that is shown inside.
  private let device: UInt64

  private init(folder: consuming Descriptor, device: UInt64) {
    self.folder = folder
    self.device = device
  }

  /// Opens the file system that was just mounted on `mountPoint`.
  static func open() throws(SysError) -> NewRoot {
    let folder = try Descriptor.open(mountPoint, .place)
    let device = try folder.status(of: "/").identity.device
    return NewRoot(folder: folder, device: device)
  }

  /// The folder at `path`, made together with those above it where it is missing.
  func folder(at path: String) throws(SysError) -> Descriptor {
    try place(path) { parent, name throws(SysError) in try parent.makeFolder(name, mode: 0o755) }
  }

  /// The file at `path`, made empty where it is missing.
  func file(at path: String) throws(SysError) -> Descriptor {
    try place(path) { parent, name throws(SysError) in try parent.makeFile(name, [], mode: 0o444) }
  }

  /// Runs `make` with the folder that is to hold `path`, and the name in it.
  func make(_ path: String, _ make: (borrowing Descriptor, String) throws(SysError) -> Void) throws(SysError) {
    let (parentPath, name) = Self.split(path)
    let parent = try folder(at: parentPath)
    guard try parent.status(of: parentPath).identity.device == device else {
      throw SysError(.open, path, .readOnlyFileSystem)
    }
    try make(parent, name)
  }

  private func place(
    _ path: String, make: (borrowing Descriptor, String) throws(SysError) -> Void
  ) throws(SysError) -> Descriptor {
    do throws(SysError) {
      return try folder.openInside(path, .place)
    } catch where error.errno == .noSuchFile && path != "/" {
      try self.make(path, make)
      return try folder.openInside(path, .place)
    }
  }

  private static func split(_ path: String) -> (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("/", path) }
    let parent = path[..<slash]
    return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
  }
}
