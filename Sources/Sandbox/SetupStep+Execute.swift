internal import Linux
internal import Planning

/// What the steps work on.
struct BuildingSite: ~Copyable {
  let mounts: PreparedMounts
  /// The place in the plan of the step that is being executed.
  var stepIndex = 0
  /// From `rootFileSystem` to `enterRoot`.
  var newRoot: NewRoot?

  init(mounts: PreparedMounts) {
    self.mounts = mounts
    newRoot = nil
  }

  /// Steps that put something into the new root stand between its mount and entering it: the planner sees to that.
  func inNewRoot<Result: ~Copyable>(
    _ body: (borrowing NewRoot) throws(SysError) -> Result
  ) throws(SysError) -> Result {
    switch newRoot {
    case .some(let root): return try body(root)
    case .none: preconditionFailure("a step of the new root outside of its time")
    }
  }
}

extension SetupStep {
  func execute(on site: inout BuildingSite) throws(SysError) {
    switch self {
    case .hostName(let step): try step.execute()
    case .loopback(let step): try step.execute()
    case .rootFileSystem(let step): try step.execute(on: &site)
    case .folder(let step): try step.execute(on: site)
    case .link(let step): try step.execute(on: site)
    case .file(let step): try step.execute(on: site)
    case .bind(let step): try step.execute(on: site)
    case .scratch(let step): try step.execute(on: site)
    case .processes(let step): try step.execute(on: site)
    case .enterRoot(let step): try step.execute(on: &site)
    case .sealRoot(let step): try step.execute()
    case .closeUserNamespaces(let step): try step.execute()
    case .dropPrivileges(let step): try step.execute()
    }
  }
}
