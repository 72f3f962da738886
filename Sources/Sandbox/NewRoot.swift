internal import Linux

/// The root file system while it is being built, under the folder where it is mounted for the time being.
///
/// Paths are resolved inside of it, whatever symbolic links say. What the sandbox makes for itself is made where no link leads
/// at all; only the target of a grant may pass links, as it may on the host. Mount points, links and files are made only on the
/// root's own file systems, never in a folder of the host that is shown in it.
final class NewRoot {
  /// A folder that every host has, and that nothing needs any more once the sources are held open.
  static let mountPoint = "/tmp"

  private let root: Descriptor
  /// The tmpfs below, where the root is a base that lies over it; nil where the root is that tmpfs itself.
  private let bottom: NewRoot?
  private let device: UInt64
  /// How many rooms were made in the tmpfs for what is above.
  private var rooms = 0
  /// The root as a folder, to which steps come back again and again.
  private let top: Folder
  /// The folder that was made or looked up last: steps for one folder follow each other.
  private var latest: Folder

  private final class Folder {
    let path: String
    let links: Descriptor.Links
    let descriptor: Descriptor
    let isOurs: Bool

    init(path: String, links: Descriptor.Links, descriptor: consuming Descriptor, isOurs: Bool) {
      self.path = path
      self.links = links
      self.descriptor = descriptor
      self.isOurs = isOurs
    }

    func isThat(at path: String, _ links: Descriptor.Links) -> Bool {
      self.links == links && self.path.hasSameBytes(as: path)
    }
  }

  private init(root: consuming Descriptor, above bottom: NewRoot?, device: UInt64, again: consuming Descriptor) {
    self.root = root
    self.bottom = bottom
    self.device = device
    top = Folder(path: "", links: .refused, descriptor: again, isOurs: true)
    latest = top
  }

  /// Opens the file system that was just mounted on `mountPoint`, and may cover another one there.
  static func open(above bottom: NewRoot? = nil) throws(SysError) -> NewRoot {
    let root = try Descriptor.open(mountPoint, .place)
    let device = try root.status(of: "/").identity.device
    let again = try root.duplicate()
    return NewRoot(root: root, above: bottom, device: device, again: again)
  }

  /// Attaches what `mount` makes from a place on that place: the folder at `path`, made where it is missing.
  func attachOnFolder(
    at path: String, links: Descriptor.Links = .refused, _ mount: (borrowing Descriptor) throws(SysError) -> Void
  ) throws(SysError) {
    let (parent, name) = try parent(of: path, links)
    try mount(try folder(path, links, in: parent, name))
    // Something that was looked up below may be hidden now; what the folder lies in is not.
    latest = parent
  }

  /// Puts an empty folder of the tmpfs at `path`, a mount of its own, which covers what a base has there, can be sealed by itself
  /// and is under the one limit of the tmpfs.
  func attachEmptyFolder(at path: String, mode: UInt32? = nil) throws(SysError) {
    try attachOnFolder(at: path) { place throws(SysError) in
      let mount = try emptyFolder(for: place, named: path)
      try mount.restrict(.plain, recursive: false)
      if let mode { try mount.setMode(mode) }
      try mount.attach(on: place)
    }
  }

  /// An empty folder of the tmpfs, to be attached on `place`: that place itself, where it lies there.
  private func emptyFolder(for place: borrowing Descriptor, named path: String) throws(SysError) -> Mount {
    guard let room = try room() else { return try Mount.copy(of: place, named: path, recursive: false) }
    return try Mount.copy(of: try room.place(), named: path, recursive: false)
  }

  /// A folder of the tmpfs below the root, in which nobody has put anything; nil where the root is that tmpfs itself.
  func room() throws(SysError) -> Room? {
    guard let bottom else { return nil }
    rooms += 1
    let room = Room(name: "room\(rooms)", bottom: bottom)
    try bottom.root.makeNewFolder(room.name, mode: 0o755)
    return room
  }

  struct Room {
    fileprivate let name: String
    fileprivate let bottom: NewRoot

    /// The folder, or what is mounted on it by now.
    func place() throws(SysError) -> Descriptor { try bottom.root.open(name, .place) }
  }

  /// What stands at `path` by now.
  func place(at path: String) throws(SysError) -> Descriptor {
    try root.openInside(path, .place, links: .refused)
  }

  /// The file at `path`, made empty where it is missing.
  func file(at path: String, links: Descriptor.Links) throws(SysError) -> Descriptor {
    let (parent, name) = try parent(of: path, links)
    guard parent.isOurs else { return try existing(path, links) }
    do throws(SysError) {
      return try parent.descriptor.open(name, .createNew, mode: 0o444)
    } catch let error where error.errno == .fileExists {
      return try existing(path, links)
    }
  }

  /// Runs `make` with the folder that is to hold `path`, and the name in it.
  func make(_ path: String, _ make: (borrowing Descriptor, String) throws(SysError) -> Void) throws(SysError) {
    try self.make(path, .refused, make)
  }

  private func make(
    _ path: String, _ links: Descriptor.Links, _ make: (borrowing Descriptor, String) throws(SysError) -> Void
  ) throws(SysError) {
    let (parent, name) = try parent(of: path, links)
    guard parent.isOurs else { throw SysError(.open, path, .readOnlyFileSystem) }
    try make(parent.descriptor, name)
  }

  /// What a bind is attached to in a folder of the host must be there already.
  private func existing(_ path: String, _ links: Descriptor.Links) throws(SysError) -> Descriptor {
    do throws(SysError) {
      return try open(path, links)
    } catch let error where error.errno == .noSuchFile {
      throw SysError(.open, path, .readOnlyFileSystem)
    }
  }

  /// The folder at `path`, which is `name` in `parent`, made where it is missing.
  private func folder(
    _ path: String, _ links: Descriptor.Links, in parent: Folder, _ name: String
  ) throws(SysError) -> Descriptor {
    if parent.isOurs { try parent.descriptor.makeFolder(name, mode: 0o755) }
    let found: Descriptor
    do throws(SysError) {
      found = try parent.descriptor.open(name, .placeOfLink)
    } catch let error where error.errno == .noSuchFile {
      throw SysError(.open, path, .readOnlyFileSystem)
    }
    switch try found.status(of: path).kind {
    case .folder: return found
    // Followed or refused, as a link on the way is.
    case .link: return try folderEntry(path, links).descriptor.duplicate()
    case .file, .characterDevice, .blockDevice, .socket, .other: throw SysError(.openat2, path, .notDirectory)
    }
  }

  private func parent(of path: String, _ links: Descriptor.Links) throws(SysError) -> (Folder, name: String) {
    guard let (folder, name) = path.splitAtLastSlash(knowing: latest.path) else { return (latest, path) }
    return (try folderEntry(folder, links), name)
  }

  /// A folder by its path without a slash at the end; the root's path is empty.
  private func folderEntry(_ path: String, _ links: Descriptor.Links) throws(SysError) -> Folder {
    if path.isEmpty { return top }
    if latest.isThat(at: path, links) { return latest }
    let descriptor: Descriptor
    do throws(SysError) {
      descriptor = try open(path, links)
    } catch let error where error.errno == .noSuchFile {
      try make(path, links) { parent, name throws(SysError) in try parent.makeFolder(name, mode: 0o755) }
      descriptor = try open(path, links)
    }
    let status = try descriptor.status(of: path)
    guard status.kind == .folder else { throw SysError(.openat2, path, .notDirectory) }
    latest = Folder(path: path, links: links, descriptor: descriptor, isOurs: isOurs(status))
    return latest
  }

  private func isOurs(_ status: FileStatus) -> Bool {
    let found = status.identity.device
    return found == device || found == bottom?.device
  }

  private func open(_ path: String, _ links: Descriptor.Links) throws(SysError) -> Descriptor {
    do throws(SysError) {
      return try root.openInside(path, .place, links: .refused)
    } catch let error where error.errno == .tooManyLinks && links == .followed {
      return try openThroughOwnLinks(path)
    }
  }

  /// Follows the links of the root's own file systems, and none of a folder of the host: that one could be changed meanwhile, to
  /// lead the target elsewhere. Each part is held open before the next is looked at.
  private func openThroughOwnLinks(_ path: String) throws(SysError) -> Descriptor {
    var here = try root.duplicate()
    var prefix = ""
    for part in path.utf8.split(separator: UInt8(ascii: "/")) {
      let name = String(Substring(part))
      prefix += "/" + name
      let next = try here.open(name, .placeOfLink)
      guard try next.status(of: prefix).kind == .link else {
        here = next
        continue
      }
      guard isOurs(try here.status(of: prefix)) else { throw SysError(.openat2, prefix, .tooManyLinks) }
      here = try root.openInside(prefix, .place, links: .followed)
    }
    return here
  }
}
