internal import Linux
internal import Planning

/// What the steps work on.
struct BuildingSite {
  let mounts: PreparedMounts
  /// What is done beside the steps; nil without namespaces.
  let helper: SetUpHelper?
  /// Whether the network namespace has been entered, and the host's root left.
  var hasEnteredNetwork = false
  var hasLeftHost = false
  /// The place in the plan of the step that is being executed.
  var stepIndex = 0
  /// Whether the steps are done in namespaces of their own.
  let hasNamespaces: Bool
  /// A folder of the host that must be removed at the end.
  var privateFolder: String?
  /// From `rootFileSystem` to `enterRoot`.
  var newRoot: NewRoot?

  init(mounts: PreparedMounts, helper: SetUpHelper?, hasNamespaces: Bool) {
    self.hasNamespaces = hasNamespaces
    self.mounts = mounts
    self.helper = helper
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
