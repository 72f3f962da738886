import Foundation
import Linux
import Planning
import Testing

@testable import Sandbox

/// Groups in a folder that stands for a hierarchy: what is made, told and removed.
@Suite struct GroupTreeTests {
  private let folder: GroupFolder

  init() throws { folder = try GroupFolder() }

  private func tree(_ name: String = "web-0123456789abcdef", _ controllers: [Controller] = [.memory]) throws
    -> GroupTree
  {
    try GroupTree.make(in: folder.path, name: name, isUnified: false, controllers: controllers)
  }

  @Test func `a run has its group among those of all runs, and takes both away`() throws {
    let tree = try tree()
    #expect(try folder.names("capsrun") == ["web-0123456789abcdef"])
    try tree.remove()
    #expect(try folder.names() == [])
  }

  @Test func `the group of all runs stays as long as another run is in it`() throws {
    let one = try tree("one-0123456789abcdef")
    let two = try tree("two-0123456789abcdef")
    try one.remove()
    #expect(try folder.names("capsrun") == ["two-0123456789abcdef"])
    try two.remove()
    #expect(try folder.names() == [])
  }

  @Test func `controllers are handed on to the group before it is made, and only those that are not yet`() throws {
    try folder.group("", ["cgroup.subtree_control": "cpu\n"])
    try folder.group("capsrun", ["cgroup.subtree_control": "cpu memory pids\n"])
    let tree = try GroupTree.make(
      in: folder.path, name: "web-0123456789abcdef", isUnified: true, controllers: [.cpu, .memory])
    #expect(try folder.text("cgroup.subtree_control").hasPrefix("+memory"))
    #expect(try folder.text("capsrun/cgroup.subtree_control") == "cpu memory pids\n")
    try FileManager.default.removeItem(atPath: folder("capsrun/cgroup.subtree_control"))
    try tree.remove()
    #expect(try folder.names() == ["cgroup.subtree_control"])
  }

  @Test func `the whole is held to the limits of the controllers that the hierarchy has`() throws {
    let tree = try tree()
    let place = "capsrun/web-0123456789abcdef"
    try folder.group(place, ["memory.limit_in_bytes": "", "memory.memsw.limit_in_bytes": "", "pids.max": ""])
    var limits = GroupLimits()
    limits.memoryMax = 4096
    limits.swapMax = 0
    limits.pidsMax = 3
    try tree.hold(limits)
    #expect(try folder.text(place + "/memory.limit_in_bytes") == "4096")
    #expect(try folder.text(place + "/memory.memsw.limit_in_bytes") == "4096")
    #expect(try folder.text(place + "/pids.max") == "", "that is for another hierarchy")
  }

  @Test func `a limit that cannot be written is named`() throws {
    let tree = try tree()
    var limits = GroupLimits()
    limits.memoryMax = 64 << 20
    let failure = #expect(throws: SetUpFailure.self) { try tree.hold(limits) }
    #expect(failure?.stage == .limits && failure?.step == "hold all of it to memory_max 64M")
    #expect(failure?.error.errno == .noSuchFile)
  }

  @Test func `what killed runs have left is removed, and nothing else`() throws {
    for name in [
      "dead-0123456789abcdef/0-main", "dead-0123456789abcdef/_init", "somebody-elses", "busy-0123456789abcdef",
    ] {
      try folder.group("capsrun/" + name)
    }
    let living = try tree("living-0123456789abcdef")
    let mine = try tree("mine-0123456789abcdef")
    // Something in it that is no group, as a process would be in a real one.
    try folder.group("capsrun/busy-0123456789abcdef", ["file": ""])
    try mine.removeLeftovers()
    #expect(
      try folder.names("capsrun") == [
        "busy-0123456789abcdef", "living-0123456789abcdef", "mine-0123456789abcdef", "somebody-elses",
      ])
    withExtendedLifetime(living) {}
  }
}
