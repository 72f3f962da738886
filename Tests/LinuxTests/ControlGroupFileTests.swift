import Foundation
import Testing

@testable import Linux

/// The small files of control groups, in a folder that stands for one.
@Suite final class ControlGroupFileTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "capsrun-group-\(UUID().uuidString)").path

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func file(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: folder).appending(path: name))
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: folder).appending(path: name)), as: UTF8.self)
  }

  @Test func `a file of a control group is written and read, and none is made`() throws {
    let group = try ControlGroup.open(folder)
    try file("pids.max", "max\n")
    try group.write("20", to: "pids.max")
    // The kernel takes each write by itself; here the rest of the old text stays behind it.
    #expect(try text("pids.max").hasPrefix("20"))
    #expect(throws: SysError(.open, folder + "/memory.max", .noSuchFile)) { try group.write("1", to: "memory.max") }
    #expect(try group.read("memory.max") == nil)
    #expect(group.has("pids.max") && !group.has("memory.max"))
  }

  @Test func `numbers are found alone and behind their words`() throws {
    let group = try ControlGroup.open(folder)
    try file("memory.peak", "67108864\n")
    try file("memory.max", "max\n")
    try file("memory.events", "low 0\nhigh 0\nmax 12\noom 3\noom_kill 1\noom_group_kill 0\n")
    try file("cgroup.events", "populated 1\nfrozen 0\n")
    #expect(try group.number(in: "memory.peak") == 67_108_864)
    #expect(try group.number(in: "memory.max") == nil)
    #expect(try group.number(in: "memory.swap.peak") == nil)
    #expect(try group.number(of: "oom_kill", in: "memory.events") == 1)
    #expect(try group.number(of: "oom_killer", in: "memory.events") == nil)
    #expect(try group.number(of: "max", in: "pids.events") == nil)
    #expect(try group.isPopulated() == true)
  }

  @Test func `the processes of a control group are its numbers`() throws {
    let group = try ControlGroup.open(folder)
    try file("cgroup.procs", "12\n0\n345\n")
    #expect(try group.processes() == [12, 0, 345])
    try file("cgroup.procs", "")
    try group.add(process: 77)
    #expect(try text("cgroup.procs") == "77")
    try file("cgroup.procs", "")
    try group.entrance().pass()
    #expect(try text("cgroup.procs") == "0")
  }

  @Test func `the end of all processes is asked for only where the kernel can do it`() throws {
    let group = try ControlGroup.open(folder)
    #expect(try group.kill() == false)
    try file("cgroup.kill", "")
    #expect(try group.kill() == true)
    #expect(try text("cgroup.kill") == "1")
  }

  @Test(arguments: ["", ".", "..", "a/b", "../x", "/etc"])
  func `a name that leads elsewhere is no control group`(name: String) throws {
    let group = try ControlGroup.open(folder)
    #expect(throws: SysError.self) { try group.make(child: name) }
    #expect(throws: SysError.self) { try group.remove(child: name) }
    #expect(throws: SysError.self) { _ = try group.open(child: name) }
    try group.make(child: "a")
    #expect(try group.children() == ["a"])
    try group.remove(child: "a")
    #expect(try group.children().isEmpty)
  }

  @Test func `one owner claims a control group, until it is gone`() throws {
    let second = try ControlGroup.open(folder)
    do {
      let first = try ControlGroup.open(folder)
      #expect(try first.claim())
      #expect(try !second.claim())
    }
    #expect(try second.claim())
  }

  @Test func `a link is no control group`() throws {
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "/tmp")
    #expect(throws: SysError.self) { _ = try ControlGroup.open(self.folder + "/link") }
    #expect(throws: SysError.self) { _ = try ControlGroup.open(self.folder).open(child: "link") }
  }
}
