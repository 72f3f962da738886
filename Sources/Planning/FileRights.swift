package import ManifestFormat

/// Which files a process may use of those that its sandbox shows, held by Landlock beside the mounts, and narrower than these
/// where the manifest narrows one process.
package struct FileRights: Codable, Hashable, Sendable {
  /// Files and folders that may be changed, with all below them.
  package var change: [String] = []
  /// Folders in which what is there may be opened for writing, and nothing is made: devices, and the kernel's own files.
  package var use: [String] = []
  /// What is shown to the capsule's other processes alone. Everything else may be read and executed.
  package var withheld: [String] = []
  /// What may be read and executed all the same, below what is withheld.
  package var read: [String] = []
  /// What of all that may be missing.
  package var optional: [String] = []
  /// How these are to be taken; nil for as it stands above.
  package var holding: Holding?

  package enum Holding: String, Codable, Hashable, Sendable {
    /// Nothing else may be used, whatever is there.
    case closed
    /// There are no such rules: the mounts alone hold.
    case none
  }
}

/// What a process has of the grants of its capsule that are files; nil where it has all of them.
package struct OwnFileGrants: Hashable, Sendable {
  package var read: [PathGrant]?
  package var write: [PathGrant]?
  package var devices: [DeviceGrant]?

  /// nil for a process that has all of everything.
  init?(_ own: Manifest.OwnCapabilities?) {
    guard let own, own.read != nil || own.write != nil || own.devices != nil else { return nil }
    read = own.read?.map(\.value)
    write = own.write?.map(\.value)
    devices = own.devices?.map(\.value)
  }
}

extension FileRights {
  /// The rights in a root that these steps make.
  init(in setup: [SetupStep], grants: [FileGrant], own: OwnFileGrants?) {
    for step in setup {
      switch step {
      case .scratch(let scratch): change.append(scratch.path)
      case .overlay(let overlay): change.append(overlay.path)
      case .bind(let bind) where bind.isWritable && bind.isShown: change.append(bind.target)
      case .processes(let processes): if processes.source == nil { use.append(processes.path) }
      // A rule for all of the root would give back what is taken from a process below.
      case .sealRoot(let seal) where own == nil && !seal.sealsRoot: change.append("/")
      case .bind, .hostName, .rootFileSystem, .baseTree, .folder, .link, .file, .machineID, .hold, .controlGroups,
        .terminals,
        .network, .enterRoot, .sealRoot, .closeUserNamespaces, .dropPrivileges, .privateFolder,
        .reach:
        continue
      }
    }
    use.append("/dev")
    if let own { narrow(to: own, of: grants) }
  }

  /// Takes away what the capsule has and this process has not.
  private mutating func narrow(to own: OwnFileGrants, of grants: [FileGrant]) {
    let readable = own.read?.map(\.path) ?? grants.filter { $0.access == .read }.map(\.target)
    let writable = own.write?.map(\.path) ?? grants.filter { $0.access == .write }.map(\.target)
    let kept = readable + writable
    // Sockets and state are the whole capsule's.
    for grant in grants where grant.isShown && (grant.access == .read || grant.access == .write) {
      let target = grant.target
      if grant.access == .write, !writable.contains(where: { target.isInside($0) }) {
        change.removeAll { $0.utf8.elementsEqual(target.description.utf8) }
        change += writable.filter { $0.isInside(target) }.map(\.description)
      }
      guard !kept.contains(where: { target.isInside($0) }) else { continue }
      withheld.append(target.description)
      read += kept.filter { $0.isInside(target) }.map(\.description)
    }
    if let devices = own.devices {
      for grant in grants where grant.isShown && grant.access == .device {
        if !devices.contains(where: { $0.path == grant.target }) { withheld.append(grant.target.description) }
      }
    }
    change.sort()
    optional = ((own.read ?? []) + (own.write ?? [])).filter(\.mayBeMissing).map(\.path.description)
  }
}

extension BindStep {
  /// Whether it will stand in the root: what may be missing, and was when it was looked for, is not shown.
  var isShown: Bool { presence == .required || identity != nil }
}

extension FileGrant {
  var isShown: Bool { !mayBeMissing || identity != nil }
}
