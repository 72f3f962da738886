import Foundation
import Linux
import Planning
import Testing

@testable import Sandbox

/// Groups of single processes, in a folder that stands for a hierarchy.
@Suite struct GroupLeafTests {
  private let folder: GroupFolder
  private let place = "capsrun/web-0123456789abcdef/0-main"

  init() throws { folder = try GroupFolder() }

  private func tree(isUnified: Bool = true) throws -> GroupTree {
    try GroupTree.make(in: folder.path, name: "web-0123456789abcdef", isUnified: isUnified, controllers: [])
  }

  private func leaf() throws -> GroupLeaf { try GroupLeaf.make("0-main", in: [try tree()], nil) }

  @Test func `what a group counts is taken from it, and the rest from its processes`() throws {
    let leaf = try leaf()
    try folder.group(
      place,
      [
        "cpu.stat": "usage_usec 1234\nuser_usec 1000\n", "cgroup.procs": "", "memory.current": "4096\n",
        "memory.events": "low 0\noom 3\noom_kill 2\n",
        "io.stat": "8:0 rbytes=100 wbytes=200 rios=1 wios=2 dbytes=7\n8:16 rbytes=1 wbytes=2 rios=1 wios=1\n",
      ])
    let usage = try leaf.usage()
    #expect(usage.cpuMicroseconds == 1234 && usage.memoryBytes == 4096 && usage.outOfMemoryKills == 2)
    #expect(usage.readBytes == 101 && usage.writtenBytes == 202 && usage.processes == 0)
    for name in ["memory.current", "memory.events", "io.stat"] {
      try FileManager.default.removeItem(atPath: folder(place + "/" + name))
    }
    try folder.group(place, ["cgroup.procs": "\(CurrentProcess.id)\n"])
    let summed = try leaf.usage()
    #expect(summed.cpuMicroseconds == 1234 && summed.memoryBytes > 1 << 20 && summed.processes == 1)
    #expect(summed.readBytes != nil && summed.outOfMemoryKills == 0)
  }

  @Test func `a group of an old hierarchy counts memory and kills`() throws {
    let leaf = try GroupLeaf.make("0-main", in: [try tree(), try tree2()], nil)
    try folder.group(place, ["cpu.stat": "usage_usec 5\n"])
    let old = "old/capsrun/web-0123456789abcdef/0-main"
    try folder.group(
      old, ["memory.usage_in_bytes": "8192\n", "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"])
    let usage = try leaf.usage()
    #expect(usage.cpuMicroseconds == 5 && usage.memoryBytes == 8192 && usage.outOfMemoryKills == 1)
  }

  private func tree2() throws -> GroupTree {
    try folder.group("old")
    return try GroupTree.make(
      in: folder("old"), name: "web-0123456789abcdef", isUnified: false, controllers: [.memory])
  }

  @Test func `an empty group is replaced by one that has counted nothing, and one in use is not`() throws {
    let tree = try tree()
    let first = try GroupLeaf.make("0-main", in: [tree], nil)
    withExtendedLifetime(first) {}
    let second = try GroupLeaf.make("0-main", in: [tree], nil)
    try second.remove()
    // Something in it that is no group, as a process would be in a real one.
    try folder.group(place, ["file": ""])
    let failure = #expect(throws: SetUpFailure.self) { try GroupLeaf.make("0-main", in: [tree], nil) }
    #expect(failure?.stage == .limits && failure?.error.errno == .notEmpty)
  }

  @Test func `of groups that cannot all be made, or held to their limits, none is left`() throws {
    let (first, second) = (try tree(), try tree2())
    let old = "old/capsrun/web-0123456789abcdef"
    // Somebody else's stays as it is.
    try folder.group(old + "/0-main", ["file": ""])
    #expect(throws: SetUpFailure.self) { try GroupLeaf.make("0-main", in: [first, second], nil) }
    #expect(try folder.names("capsrun/web-0123456789abcdef") == [] && folder.names(old) == ["0-main"])
    // The control: another name can be made in both.
    withExtendedLifetime(try GroupLeaf.make("1-main", in: [first, second], nil)) {}
    #expect(try folder.names("capsrun/web-0123456789abcdef") == ["1-main"])
    var limits = GroupLimits()
    limits.memoryMax = 1 << 20
    #expect(throws: SetUpFailure.self) { try GroupLeaf.make("2-main", in: [first, second], limits) }
    #expect(try folder.names(old) == ["0-main", "1-main"])
  }

  @Test func `where the kernel gives nothing to wait for, it has to be asked`() throws {
    let leaf = try leaf()
    let tree = ProcessTree(leaf)
    #expect(try tree.changes == nil)
    try folder.group(place, ["cgroup.events": "populated 1\nfrozen 0\n", "cgroup.procs": "7\n9\n"])
    #expect(try tree.changes == nil, "a file of a disk cannot be waited for")
    #expect(try !tree.isEmpty() && tree.processes() == [7, 9])
    try folder.group(place, ["cgroup.events": "populated 0\nfrozen 0\n"])
    #expect(try tree.isEmpty())
  }

  @Test func `a run takes away the groups of its processes, whoever has made them`() throws {
    let tree = try tree()
    for name in ["0-main", "1-other"] { try folder.group("capsrun/web-0123456789abcdef/" + name) }
    try tree.remove()
    #expect(try folder.names() == [])
  }
}
