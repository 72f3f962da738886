import Linux
import Planning
import Testing

@testable import Sandbox

/// Where limits are held, and why not.
@Suite struct GroupGroundTests {
  private static let all = ["cpu", "cpuset", "io", "memory", "pids"]

  private static func place(
    _ path: String, _ controllers: [String] = all, isWritable: Bool = true, processes: [Int32] = []
  ) -> GroupGround.Place {
    var place = GroupGround.Place(path: path)
    place.controllers = controllers
    place.isWritable = isWritable
    place.processes = processes
    return place
  }

  private static func ground(isRoot: Bool = false, top: GroupGround.Place, own: [GroupGround.Place] = []) -> GroupGround
  {
    var ground = GroupGround()
    ground.isRoot = isRoot
    ground.caller = 50
    ground.session.user = 1500
    ground.top = top
    ground.own = own
    return ground
  }

  private static var kernelsRoot: GroupGround.Place {
    var top = place("/cg", processes: [1, 2, 50])
    top.isKernelsRoot = true
    return top
  }

  private static var hybrid: GroupGround {
    var top = kernelsRoot
    top.controllers = []
    var ground = ground(isRoot: true, top: top)
    ground.old = [.cpu: "/v1/cpu", .memory: "/v1/memory", .pids: "/v1/pids", .io: "/v1/blkio", .cpuset: "/v1/cpuset"]
    return ground
  }

  private static func held(_ path: String, aside: Bool = false, old: [Controller: String] = [:]) -> LimitDecision {
    var place = GroupPlace(unified: path)
    place.stepsAside = aside
    place.old = old
    return .held(place)
  }

  private static func refused(_ limits: [LimitName], _ cause: LimitRefusal.Cause) -> LimitDecision {
    .refused(LimitRefusal(limits: limits, cause: cause))
  }

  @Test func `root has its groups below the kernel's root, whoever is in that`() {
    #expect(Self.ground(isRoot: true, top: Self.kernelsRoot).decide(LimitName.allCases) == Self.held("/cg"))
  }

  @Test func `root of a container steps aside when it is alone there, and disturbs no others`() {
    let alone = Self.ground(isRoot: true, top: Self.place("/cg", processes: [50]))
    #expect(alone.decide([.pidsMax]) == Self.held("/cg", aside: true))
    let empty = Self.ground(isRoot: true, top: Self.place("/cg"))
    #expect(empty.decide([.pidsMax]) == Self.held("/cg"))
    for processes: [Int32] in [[50, 51], [0, 50], [51]] {
      let shared = Self.ground(isRoot: true, top: Self.place("/cg", processes: processes))
      #expect(shared.decide([.pidsMax]) == Self.refused([.pidsMax], .shared(place: "/cg")))
    }
    let fixed = Self.ground(isRoot: true, top: Self.place("/cg", isWritable: false))
    #expect(fixed.decide([.pidsMax]) == Self.refused([.pidsMax], .readOnly(place: "/cg")))
  }

  @Test func `a controller that is not there is named with the limits that it would hold`() {
    let ground = Self.ground(isRoot: true, top: Self.place("/cg", ["memory"]))
    #expect(ground.decide([.memoryMax]) == Self.held("/cg"))
    #expect(
      ground.decide([.memoryMax, .pidsMax, .diskMax])
        == Self.refused([.pidsMax, .diskMax], .lacking([.io, .pids], place: "/cg")))
    #expect(GroupGround().decide([.pidsMax]) == Self.refused([.pidsMax], .noUnified))
  }

  @Test func `an ordinary user has a group of his own, or the one above his shell`() {
    let top = Self.place("/cg", isWritable: false)
    let mine = Self.place("/cg/mine/run", processes: [50])
    #expect(Self.ground(top: top, own: [mine, top]).decide([.pidsMax]) == Self.held("/cg/mine/run", aside: true))
    let shells = Self.place("/cg/mine/shell", processes: [49, 50])
    let above = Self.place("/cg/mine")
    #expect(Self.ground(top: top, own: [shells, above, top]).decide([.pidsMax]) == Self.held("/cg/mine"))
    #expect(
      Self.ground(top: top, own: [shells, top]).decide([.pidsMax])
        == Self.refused([.pidsMax], .shared(place: "/cg/mine/shell")))
    let poor = Self.place("/cg/mine", ["pids"], processes: [50])
    #expect(
      Self.ground(top: top, own: [poor, top]).decide([.memoryMax, .pidsMax])
        == Self.refused([.memoryMax], .lacking([.memory], place: "/cg/mine")))
    #expect(
      Self.ground(top: top, own: [top]).decide([.pidsMax])
        == Self.refused([.pidsMax], .noDelegation(user: 1500, hasSystemd: false)))
  }

  @Test func `systemd gives an ordinary user a scope, once, with what it has been given`() {
    var ground = Self.ground(
      top: Self.place("/cg", isWritable: false),
      own: [Self.place("/cg/s/shell", processes: [49, 50]), Self.place("/cg/s")])
    ground.session.isSystemdRunning = true
    ground.session.hasBus = true
    ground.session.hasSystemdRun = true
    #expect(ground.decide([.pidsMax]) == .inScope, "what lies above is systemd's own")
    ground.session.controllers = .text("cpu memory pids\n")
    #expect(ground.decide([.pidsMax, .memoryMax]) == .inScope)
    #expect(
      ground.decide([.pidsMax, .diskMax]) == Self.refused([.diskMax], .lacking([.io], place: "user@1500.service")))
    var again = ground
    again.isInScope = true
    #expect(again.decide([.pidsMax]) == Self.refused([.pidsMax], .shared(place: "/cg/s/shell")))
    again.own[0].processes = [50]
    #expect(again.decide([.pidsMax]) == Self.held("/cg/s/shell", aside: true))
    ground.session.hasBus = false
    ground.own = []
    #expect(ground.decide([.pidsMax]) == Self.refused([.pidsMax], .noDelegation(user: 1500, hasSystemd: true)))
  }

  @Test func `on a hybrid machine root has the five limits of version 1, and nobody else any`() {
    let five: [LimitName] = [.cpuQuota, .cpuWeight, .memoryMax, .swapMax, .pidsMax]
    #expect(
      Self.hybrid.decide(five)
        == Self.held("/cg", old: [.cpu: "/v1/cpu", .memory: "/v1/memory", .pids: "/v1/pids"]))
    for limit in LimitName.allCases where !five.contains(limit) {
      #expect(Self.hybrid.decide([.memoryMax, limit]) == Self.refused([limit], .oldLacks), "\(limit)")
    }
    #expect(
      Self.hybrid.decide([.swapMax]) == Self.refused([.swapMax], .oldLacks), "it is counted with the memory there")
    var user = Self.hybrid
    user.isRoot = false
    for limit in LimitName.allCases { #expect(user.decide([limit]) == Self.refused([limit], .oldForRootAlone)) }
  }

  @Test func `groups are found where they are mounted, up to the top that can be seen`() throws {
    let folder = try GroupFolder()
    let files = ["cgroup.controllers": "memory pids\n", "cgroup.procs": "50\n", "cgroup.subtree_control": ""]
    try folder.group("v2", files)
    try folder.group("v2/a/b", files.merging(["cgroup.type": "domain\n"]) { $1 })
    try folder.group("v2/a", files.merging(["cgroup.type": "domain\n", "cgroup.procs": ""]) { $1 })
    let hierarchies = [
      ControlGroupHierarchy(isUnified: true, path: folder("v2"), root: "/", controllers: []),
      ControlGroupHierarchy(isUnified: false, path: folder("v1"), root: "/", controllers: ["rw", "cpu", "cpuacct"]),
    ]
    let ground = try GroupGround.gather(hierarchies, groups: ["1:cpu:/x", "0::/a/b"])
    #expect(ground.old == [.cpu: folder("v1")])
    #expect(ground.own.map(\.path) == [folder("v2/a/b"), folder("v2/a"), folder("v2")])
    #expect(ground.own.map(\.processes) == [[50], [], [50]])
    #expect(ground.top?.isKernelsRoot == true && ground.own[0].isKernelsRoot == false)
    #expect(ground.top?.controllers == ["memory", "pids"])
    let out = try GroupGround.gather(hierarchies, groups: ["0::/../x"])
    #expect(out.own.isEmpty && out.top != nil)
  }
}
