import Planning
import Testing

@testable import Sandbox

/// By what processes are going to be known.
@Suite struct TrackingDecisionTests {
  private static func place(_ path: String, isWritable: Bool, handedOn: [String] = []) -> GroupGround.Place {
    var place = GroupGround.Place(path: path)
    place.isWritable = isWritable
    place.handedOn = handedOn
    place.controllers = handedOn
    place.processes = [1, 2]
    return place
  }

  private static func groups(_ path: String, _ counted: [Controller] = []) -> TrackingDecision {
    var place = GroupPlace(unified: path)
    place.counted = counted
    return .groups(place)
  }

  @Test func `without version 2 of control groups processes are known by marks`() {
    #expect(GroupGround().decideTracking([]) == .marks)
  }

  @Test func `root has groups without controllers too, beside whoever else is there`() {
    var ground = GroupGround()
    ground.isRoot = true
    ground.top = Self.place("/cg/unified", isWritable: true)
    #expect(ground.decideTracking([]) == Self.groups("/cg/unified"))
    ground.top = Self.place("/cg/unified", isWritable: false)
    #expect(ground.decideTracking([]) == .marks)
  }

  @Test func `what is counted there already is counted for each process, and nothing else`() {
    var ground = GroupGround()
    ground.isRoot = true
    ground.top = Self.place("/cg", isWritable: true, handedOn: ["cpu", "pids", "memory", "hugetlb"])
    #expect(ground.decideTracking([]) == Self.groups("/cg", [.memory, .pids]))
  }

  @Test func `an ordinary user has groups in one that is his, and marks without`() {
    var ground = GroupGround()
    ground.top = Self.place("/cg", isWritable: false)
    ground.own = [Self.place("/cg/own", isWritable: false), Self.place("/cg", isWritable: false)]
    #expect(ground.decideTracking([]) == .marks)
    ground.own[0].isWritable = true
    #expect(ground.decideTracking([]) == Self.groups("/cg/own"))
    ground.own = [Self.place("/cg/a/b", isWritable: false), Self.place("/cg/a", isWritable: true)]
    #expect(ground.decideTracking([]) == Self.groups("/cg/a"))
    // What lies above a group that systemd has given away is systemd's.
    ground.session.isSystemdRunning = true
    #expect(ground.decideTracking([]) == .marks)
  }

  @Test func `limits decide as ever, and what is held is known by it`() {
    var ground = GroupGround()
    ground.isRoot = true
    guard case .refused = ground.decideTracking([.memoryMax]) else {
      Issue.record("there is nothing that could hold a limit")
      return
    }
    var top = Self.place("/cg", isWritable: true, handedOn: ["memory"])
    top.isKernelsRoot = true
    ground.top = top
    #expect(ground.decideTracking([.memoryMax]) == Self.groups("/cg", [.memory]))
  }
}
