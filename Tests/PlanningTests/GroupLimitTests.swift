import Diagnostics
import Foundation
import ManifestFormat
import Testing

@testable import Planning

/// From `resources` and the options of whoever starts it to what control groups are told.
@Suite struct GroupLimitTests {
  private static let memory: UInt64 = 8 << 30

  private func plan(
    _ resources: String, process: String = "{}", _ caller: (inout CallerLimits) throws -> Void = { _ in }
  ) throws -> Plan {
    let text = """
      {"capsule": 1, "name": "demo", "version": "1.0.0", "resources": \(resources),
       "processes": {"web": {"cmd": "/bin/true", "resources": \(process)}}}
      """
    let manifest = try Manifest.read(SourceText(file: "capsule.json", bytes: Array(text.utf8)), folderName: "demo")
    var request = try CapsulePlanning.request(
      manifest, in: CapsuleFolder(path: path("/srv/demo"), hasVirtualEnvironment: false))
    try caller(&request.callerLimits)
    var facts = Machine.root
    facts.memory = Self.memory
    return try Planner.plan(request, facts)
  }

  @Test func `every limit of a manifest is planned`() throws {
    let plan = try plan(
      """
      {"cpu_quota": "80%", "cpu_weight": 50, "cpus": "0-1", "memory_max": "64M", "memory_high": "48M", "swap_max": "1M",
       "oom_group": true, "pids_max": 20, "io_weight": 10, "io_max": {"/dev/sda": {"rbps": "1M", "wiops": 5}}}
      """)
    #expect(plan.limitNames == LimitName.allCases)
    #expect(plan.limits?.cpuQuota == 80_000 && plan.limits?.memoryMax == 64 << 20 && plan.limits?.swapMax == 1 << 20)
    #expect(
      plan.limits?.diskMax == [.init(device: "/dev/sda", readBytes: 1 << 20, writeBytes: nil, reads: nil, writes: 5)])
    #expect(plan.notYet.isEmpty)
    for name in LimitName.allCases {
      #expect(plan.text.contains("limit       \(name.rawValue) "), "\(name) is not shown")
    }
    #expect(plan.text.contains("limit       io_max /dev/sda rbps=1M wiops=5\n"))
    // All that the whole has, but for what is only a share among processes or devices.
    #expect(
      plan.processes[0].limitsOfGroup?.names == [.cpuQuota, .processors, .memoryMax, .memoryHigh, .swapMax, .pidsMax])
    for controller in Controller.allCases {
      #expect(plan.without(controller).limitNames == LimitName.allCases.filter { $0.controller != controller })
    }
  }

  @Test func `without limits nothing is planned for control groups`() throws {
    for resources in ["{}", "{\"nice\": 5, \"rlimits\": {\"nofile\": 64}}", "{\"memory_max\": \"max\"}"] {
      let plan = try plan(resources)
      #expect(plan.limits == nil && !plan.hasGroupLimits, "\(resources)")
    }
    #expect(try plan("{}", process: "{\"pids_max\": 5}").hasGroupLimits)
  }

  @Test func `beside a limit of memory there is no swap space, unless the manifest says so`() throws {
    #expect(try plan("{\"memory_max\": \"64M\"}").limits?.swapMax == 0)
    #expect(try plan("{\"memory_max\": \"64M\", \"swap_max\": 0}").limits?.swapMax == 0)
    #expect(try plan("{\"memory_max\": \"64M\", \"swap_max\": \"max\"}").limits?.swapMax == nil)
    #expect(try plan("{\"pids_max\": 5}").limits?.swapMax == nil)
  }

  @Test func `a share of memory is one of this machine's`() throws {
    #expect(try plan("{\"memory_max\": \"25%\"}").limits?.memoryMax == Self.memory / 100 * 25)
  }

  @Test func `a process has the least of its own limits and those of its capsule`() throws {
    let own = try plan(
      "{\"memory_max\": \"64M\", \"pids_max\": 20}",
      process: "{\"memory_max\": \"1%\", \"pids_max\": 5, \"cpu_weight\": 7}")
    #expect(own.processes[0].limitsOfGroup?.memoryMax == 64 << 20)
    #expect(own.processes[0].limitsOfGroup?.pidsMax == 5 && own.processes[0].limitsOfGroup?.cpuWeight == 7)
    #expect(own.limits?.pidsMax == 20 && own.limits?.cpuWeight == nil)
  }

  @Test(
    arguments: [
      ("{\"cpus\": \"0-3\"}", "{\"cpus\": \"2-4\"}", "cpus"), ("{\"cpus\": \"0,2\"}", "{\"cpus\": \"0-2\"}", "cpus"),
      ("{\"pids_max\": 4}", "{\"pids_max\": 5}", "pids_max"),
      ("{\"swap_max\": 0}", "{\"swap_max\": \"1M\"}", "swap_max"),
      ("{\"io_max\": {\"/dev/sda\": {\"rbps\": 5}}}", "{\"io_max\": {\"/dev/sda\": {\"rbps\": 6}}}", "io_max./dev/sda"),
    ])
  func `a process may not have more than its capsule`(whole: String, own: String, key: String) throws {
    let list = try #require(throws: DiagnosticList.self) { try plan(whole, process: own) }
    #expect(list.all.map(\.message) == ["\(key) of \"web\" is more than that of the whole capsule"])
    #expect(throws: Never.self) { _ = try plan(whole, process: whole) }
    #expect(throws: Never.self) { _ = try plan("{\"cpus\": \"0-1,2-5\"}", process: "{\"cpus\": \"1-3,5\"}") }
  }

  @Test func `whoever starts it may lower the limits of a manifest, and not raise them`() throws {
    let lower = try plan("{\"memory_max\": \"64M\", \"pids_max\": 20, \"swap_max\": \"2M\"}") { caller in
      caller.memory = try MemoryAmount("32M")
      caller.cpuQuota = try CPUQuota("50%")
      caller.pids = 20
    }
    #expect(lower.limits?.memoryMax == 32 << 20 && lower.limits?.cpuQuota == 50_000 && lower.limits?.pidsMax == 20)
    #expect(lower.limits?.swapMax == 2 << 20)
    #expect(throws: PlanError.raisedLimit(.memoryMax, asked: "65M", allowed: "64M")) {
      try plan("{\"memory_max\": \"64M\"}") { $0.memory = try MemoryAmount("65M") }
    }
    #expect(throws: PlanError.raisedLimit(.memoryMax, asked: "\(Self.memory / 100 * 50)", allowed: "64M")) {
      try plan("{\"memory_max\": \"64M\"}") { $0.memory = .percent(50) }
    }
    #expect(throws: PlanError.raisedLimit(.cpuQuota, asked: "81%", allowed: "80%")) {
      try plan("{\"cpu_quota\": \"80%\"}") { $0.cpuQuota = try CPUQuota("81%") }
    }
    #expect(throws: PlanError.raisedLimit(.pidsMax, asked: "21", allowed: "20")) {
      try plan("{\"pids_max\": 20}") { $0.pids = 21 }
    }
  }

  @Test func `how soon it is killed for lack of memory is planned for each process`() throws {
    let plan = try plan("{\"oom_score_adj\": 100}", process: "{\"oom_score_adj\": 500}")
    #expect(plan.processes[0].outOfMemoryScore == 500 && !plan.hasGroupLimits)
    #expect(plan.text.contains("oom score   500\n"))
  }
}
