import Foundation
import ManifestFormat
import Planning

/// A Debian machine with merged /usr, as it is seen by an ordinary user and by root.
enum Machine {
  static let user = facts(user: 1500, group: 1600)
  static let root = facts(user: 0, group: 0)

  private static func facts(user: UInt32, group: UInt32) -> HostFacts {
    HostFacts(
      callerUser: user, callerGroup: group, callerGroups: group == 0 ? [0, 5] : [group, 27, 100],
      reservedUser: 1_900_000_007,
      systemEntries: [
        .init(path: "/bin", linkTarget: "usr/bin"), .init(path: "/lib64", linkTarget: "usr/lib64"),
        .init(path: "/etc/ld.so.cache", linkTarget: nil),
        .init(path: "/etc/localtime", linkTarget: "/usr/share/zoneinfo/Etc/UTC"),
      ])
  }
}

func path(_ text: String) throws -> AbsolutePath { try AbsolutePath(text) }

/// A request that the tests vary.
func request(
  _ command: String = "/bin/true", grants: [FileGrant] = [], environment: [String: String] = [:],
  capsule: CapsuleFolder? = nil
) -> PlanRequest {
  PlanRequest(
    name: "box",
    programs: [ProgramRequest(command: command, environment: environment, workingFolder: .root)], grants: grants,
    capsule: capsule)
}

func grant(
  _ source: String, at target: String? = nil, _ access: FileGrant.Access = .read, mayBeMissing: Bool = false
) throws -> FileGrant {
  FileGrant(
    source: try path(source), target: try path(target ?? source), access: access, mayBeMissing: mayBeMissing)
}
