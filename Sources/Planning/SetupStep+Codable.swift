/// A step is written as one flat object: `{"step": "bind", "source": …}`.
extension SetupStep: Codable {
  private enum Kind: String, Codable {
    case hostName, rootFileSystem, baseTree, folder, link, file, machineID, bind, overlay, hold, scratch, controlGroups,
      terminals, processes,
      network, enterRoot,
      sealRoot
    case closeUserNamespaces, dropPrivileges, privateFolder, reach
  }

  private enum Key: String, CodingKey {
    case step
  }

  private var kindAndContent: (Kind, any Codable) {
    switch self {
    case .hostName(let content): (.hostName, content)
    case .rootFileSystem(let content): (.rootFileSystem, content)
    case .baseTree(let content): (.baseTree, content)
    case .folder(let content): (.folder, content)
    case .link(let content): (.link, content)
    case .file(let content): (.file, content)
    case .machineID(let content): (.machineID, content)
    case .bind(let content): (.bind, content)
    case .overlay(let content): (.overlay, content)
    case .hold(let content): (.hold, content)
    case .scratch(let content): (.scratch, content)
    case .controlGroups(let content): (.controlGroups, content)
    case .terminals(let content): (.terminals, content)
    case .processes(let content): (.processes, content)
    case .network(let content): (.network, content)
    case .enterRoot(let content): (.enterRoot, content)
    case .sealRoot(let content): (.sealRoot, content)
    case .closeUserNamespaces(let content): (.closeUserNamespaces, content)
    case .dropPrivileges(let content): (.dropPrivileges, content)
    case .privateFolder(let content): (.privateFolder, content)
    case .reach(let content): (.reach, content)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    let (kind, content) = kindAndContent
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .step)
    try content.encode(to: encoder)
  }

  package init(from decoder: any Decoder) throws {
    let kind = try decoder.container(keyedBy: Key.self).decode(Kind.self, forKey: .step)
    self =
      switch kind {
      case .hostName: .hostName(try HostNameStep(from: decoder))
      case .rootFileSystem: .rootFileSystem(try RootFileSystemStep(from: decoder))
      case .baseTree: .baseTree(try BaseTreeStep(from: decoder))
      case .folder: .folder(try FolderStep(from: decoder))
      case .link: .link(try LinkStep(from: decoder))
      case .file: .file(try FileStep(from: decoder))
      case .machineID: .machineID(try MachineIDStep(from: decoder))
      case .bind: .bind(try BindStep(from: decoder))
      case .overlay: .overlay(try OverlayStep(from: decoder))
      case .hold: .hold(try HoldStep(from: decoder))
      case .scratch: .scratch(try ScratchStep(from: decoder))
      case .controlGroups: .controlGroups(try ControlGroupsStep(from: decoder))
      case .terminals: .terminals(try TerminalsStep(from: decoder))
      case .processes: .processes(try ProcessesStep(from: decoder))
      case .network: .network(try NetworkStep(from: decoder))
      case .enterRoot: .enterRoot(try EnterRootStep(from: decoder))
      case .sealRoot: .sealRoot(try SealRootStep(from: decoder))
      case .closeUserNamespaces: .closeUserNamespaces(try CloseUserNamespacesStep(from: decoder))
      case .dropPrivileges: .dropPrivileges(try DropPrivilegesStep(from: decoder))
      case .privateFolder: .privateFolder(try PrivateFolderStep(from: decoder))
      case .reach: .reach(try ReachStep(from: decoder))
      }
  }
}

extension FileStep: Codable {
  private enum Key: CodingKey {
    case path, content
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(path, forKey: .path)
    try container.encode(String(decoding: content, as: UTF8.self), forKey: .content)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init(
      path: try container.decode(String.self, forKey: .path),
      content: Array(try container.decode(String.self, forKey: .content).utf8))
  }
}
