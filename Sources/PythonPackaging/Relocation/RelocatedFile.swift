/// What kind of file something in an environment is, as far as it is rewritten.
enum RelocatedFile: Hashable, Sendable {
  case config, interpreter, script, record, origin, compiled
  /// `.pth` and `.egg-link`: folders that are added to those where modules are looked for.
  case folders
  /// What setuptools writes for an editable installation: a table of folders in Python.
  case editable
  /// A text that holds paths, and is looked at by tools.
  case text
  /// Everything else is left as it is.
  case plain

  init(_ path: String) {
    let name = EnvironmentPath.name(of: path)
    let folder = EnvironmentPath.folder(of: path)
    let isBesidePackages = folder.hasSuffix("/site-packages")
    if path == "pyvenv.cfg" {
      self = .config
    } else if Relocation.isInterpreter(path) {
      self = .interpreter
    } else if folder == "bin" {
      self = .script
    } else if path.split(separator: "/").contains("__pycache__") {
      self = .compiled
    } else if folder.hasSuffix(".dist-info"), name == "RECORD" {
      self = .record
    } else if folder.hasSuffix(".dist-info"), name == "direct_url.json" {
      self = .origin
    } else if isBesidePackages, name.hasSuffix(".pth") || name.hasSuffix(".egg-link") {
      self = .folders
    } else if isBesidePackages, name.hasPrefix("__editable__"), name.hasSuffix(".py") {
      self = .editable
    } else if name.hasSuffix(".pc") || name == "kernel.json" && path.hasPrefix("share/jupyter/kernels/") {
      self = .text
    } else {
      self = .plain
    }
  }
}

extension Relocation {
  /// What has to be known of a file before it is rewritten.
  package enum Need: Hashable, Sendable {
    /// Its path: it is left out, or becomes a link.
    case path
    /// All that it holds.
    case content
    /// It is not rewritten, only searched: a `PathSearch` takes it in pieces.
    case search
  }

  package static func need(of path: String) -> Need {
    switch RelocatedFile(path) {
    case .compiled, .interpreter: .path
    case .plain: .search
    case .config, .script, .record, .origin, .folders, .editable, .text: .content
    }
  }

  /// Whether something is a folder of compiled files, or lies in one: neither is packed.
  package static func isCompiled(_ path: String) -> Bool { RelocatedFile(path) == .compiled }
}
