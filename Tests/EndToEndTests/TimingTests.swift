import Foundation
import Testing

/// `--trace-timing`
@Suite struct TimingTests {
  @Test(arguments: Caller.reachable)
  func `the time of a start is told part by part, in the order of the plan`(caller: Caller) throws {
    let command = ["box", "--trace-timing", "--", "sh", "-c", "echo out; exit 3"]
    let text = try Capsrun.run(command, as: caller)
    #expect(text.exitCode == 3 && text.output == "out\n")
    let lines = text.errors.split(separator: "\n").map(String.init)
    #expect(lines.prefix(2) == ["microseconds:", "      at    took"], "\(text)")
    let plan = try Capsrun.run(["box", "--explain", "--", "true"], as: caller)
    let steps = plan.lines.drop { $0 != "set-up" }.dropFirst().prefix { $0.hasPrefix("  ") }.map {
      String($0.dropFirst(7))
    }
    #expect(steps.count > 20)
    let told = lines.dropFirst(2).map { String($0.dropFirst(18)) }
    #expect(told.filter { steps.contains($0) } == steps)
    for part in ["map its user", "hold it to its files", "install the filter", "run the program to its end"] {
      #expect(told.contains(part), "\(told)")
    }
    #expect(told.last == "wait for the end of PID 1")

    let json = try Capsrun.run(["box", "--json"] + command.dropFirst(), as: caller)
    #expect(json.exitCode == 3 && json.output == "out\n")
    let document = try JSONSerialization.jsonObject(with: Data(json.errors.utf8)) as? [String: [[String: Any]]]
    let parts = try #require(document?["timing"])
    #expect(parts.map { $0["part"] as? String }.count == told.count)
    let times = parts.compactMap { $0["at_us"] as? Int }
    #expect(times == times.sorted() && times.count == parts.count)
  }

  @Test func `nothing is told without being asked`() throws {
    #expect(try Capsrun.run(["box", "--", "true"], as: .user).errors.isEmpty)
  }
}
