internal import Linux
internal import Planning

/// What the steps work on.
struct BuildingSite {
  let mounts: PreparedMounts
  /// In the making until the step that enters it.
  var network: NetworkNamespace?
  /// The place in the plan of the step that is being executed.
  var stepIndex = 0
  /// Whether the steps are done in namespaces of their own.
  let hasNamespaces: Bool
  /// A folder of the host that must be removed at the end.
  var privateFolder: String?
  /// From `rootFileSystem` to `enterRoot`.
  var newRoot: NewRoot?

  init(mounts: PreparedMounts, network: NetworkNamespace?, hasNamespaces: Bool) {
    self.hasNamespaces = hasNamespaces
    self.mounts = mounts
    self.network = network
  }

  /// For steps that put something into the new root: the planner places them between its mount and entering it.
  var root: NewRoot {
    guard let newRoot else { preconditionFailure("a step of the new root outside of its time") }
    return newRoot
  }
}

extension SetupStep {
  func execute(on site: inout BuildingSite) throws(SysError) {
    switch self {
    case .hostName(let step): try step.execute()
    case .rootFileSystem(let step): try step.execute(on: &site)
    case .baseTree(let step): try step.execute(on: &site)
    case .folder(let step): try step.execute(on: site)
    case .link(let step): try step.execute(on: site)
    case .file(let step): try step.execute(on: site)
    case .machineID(let step): try step.execute(on: site)
    case .bind(let step): try step.execute(on: site)
    case .overlay(let step): try step.execute(on: site)
    case .hold(let step): try step.execute(on: site)
    case .scratch(let step): try step.execute(on: site)
    case .controlGroups(let step): try step.execute(on: site)
    case .terminals(let step): try step.execute(on: site)
    case .processes(let step): try step.execute(on: site)
    case .network(let step): try step.execute(on: &site)
    case .enterRoot(let step): try step.execute(on: &site)
    case .sealRoot(let step): try step.execute()
    case .closeUserNamespaces(let step): try step.execute()
    case .dropPrivileges(let step): try step.execute(on: site)
    case .privateFolder(let step): try step.execute(on: &site)
    case .reach(let step): try step.execute()
    }
  }
}
