import Testing

@testable import Sandbox

@Suite struct GroupNameTests {
  @Test(
    arguments: [
      ("web", "web"), ("..", "__"), (".", "_"), ("", "_"), ("../../etc", "______etc"), ("a/b", "a_b"),
      ("cgroup.procs", "cgroup_procs"), ("x\u{0}y", "x_y"), ("café", "caf__"), ("a\nb", "a_b"),
      (String(repeating: "n", count: 100), String(repeating: "n", count: 64)),
    ])
  func `a name is one part of a path, whatever is in it`(name: String, part: String) {
    #expect(GroupName.part(name) == part)
  }

  @Test func `each run has a name of its own, which is known again`() throws {
    let one = try GroupName.unique("web")
    let other = try GroupName.unique("web")
    #expect(one != other && one.hasPrefix("web-"))
    #expect(GroupName.isUnique(one) && GroupName.isUnique(other))
    #expect(GroupName.isUnique(try GroupName.unique("../x")))
    for name in ["web", "web-", "-0123456789abcdef", "web-0123456789abcde", "web-0123456789abcdeg", "capsrun", "_init"]
    {
      #expect(!GroupName.isUnique(name), "\(name)")
    }
  }

  @Test(arguments: ["tasks", "_init", "notify_on_release", "release_agent", "init"])
  func `the group of a process is neither a file nor that of PID 1`(name: String) {
    #expect(GroupName.leaf(3, name) == "3-" + name)
  }
}
