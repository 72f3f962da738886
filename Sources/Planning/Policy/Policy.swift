internal import Cryptography
internal import Diagnostics

extension Plan {
  /// What of a plan confines the workload, and nothing of what only this run has: no user of the host, no file's number, no
  /// program. Two starts with the same policy are confined in the same way.
  private struct Policy: Encodable {
    let format: Int
    let user: UInt32
    let group: UInt32
    /// Nil where there is but one user.
    let users: UInt32?
    let namespaces: [Namespace]
    let setup: [SetupStep]
    let profiles: [Profile]
    /// Of each process, by its place.
    let files: [FileRights]
  }

  private struct Profile: Encodable, Equatable {
    let name: String
    let instructions: [Int64]
  }

  /// SHA-256 over the policy in canonical JSON. Throws for a profile that there is no filter of.
  package var policyHash: String {
    get throws(PlanError) {
      var profiles: [Profile] = []
      for process in processes.sorted(by: { $0.seccomp < $1.seccomp }) {
        guard let filter = process.filter else { throw .unknownProfile(name: process.seccomp) }
        let profile = Profile(
          name: filter.profile, instructions: filter.instructions.map { Int64(bitPattern: UInt64($0)) })
        if !profiles.contains(profile) { profiles.append(profile) }
      }
      // Without namespaces the user is one of the host, and there is a folder of this run alone.
      let policy = Policy(
        format: format, user: isFilterOnly ? 0 : identity.user, group: isFilterOnly ? 0 : identity.group,
        users: identity.range == nil ? nil : IdentityRange.count, namespaces: namespaces.kinds,
        setup: setup.map(\.withoutHost), profiles: profiles, files: processes.map { $0.files.without(privateFolder) })
      do {
        return SHA256.digest(
          of: Array(try JSONValue(encoding: policy).sortedByKey.text(isIndented: false).utf8)
        ).hex
      } catch {
        preconditionFailure("a policy holds nothing that JSON has no form for: \(error)")
      }
    }
  }
}

extension SetupStep {
  /// The step without what differs from start to start.
  fileprivate var withoutHost: SetupStep {
    if case .bind(let bind) = self { return .bind(bind.withoutHost) }
    if case .baseTree(var base) = self {
      base.lower = base.lower.withoutHost
      return .baseTree(base)
    }
    if case .overlay(var overlay) = self {
      overlay.lower = overlay.lower.withoutHost
      overlay.changes = overlay.changes?.withoutHost
      return .overlay(overlay)
    }
    if case .privateFolder(var folder) = self {
      folder.path = ""
      return .privateFolder(folder)
    }
    if case .reach(var reach) = self {
      reach.identity = nil
      return .reach(reach)
    }
    return self
  }
}

extension Plan {
  private var privateFolder: String? {
    for case .privateFolder(let step) in setup { return step.path }
    return nil
  }
}

extension FileRights {
  fileprivate func without(_ folder: String?) -> FileRights {
    var files = self
    files.change.removeAll { $0 == folder }
    return files
  }
}

extension BindStep {
  fileprivate var withoutHost: BindStep {
    var bind = self
    bind.identity = nil
    bind.mapsOwner = false
    return bind
  }
}
