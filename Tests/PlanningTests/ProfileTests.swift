import Diagnostics
import Testing

@testable import Planning

@Suite struct ProfileTests {
  private func profile(_ text: String) throws -> SeccompProfile {
    try SeccompProfile(file: "p.yml", bytes: Array(text.utf8))
  }

  @Test func `a profile's rules keep what is written`() throws {
    let profile = try profile(
      "allow: [read]\ndeny: [bpf]\narguments:\n  socket: {otherwise: EACCES, any-of: [{0: {is: [1], mask: 0xff}}]}\n")
    #expect(profile.allow == ["read"] && profile.deny == ["bpf"])
    #expect(
      profile.arguments == [
        .init(
          call: "socket", otherwise: "EACCES",
          anyOf: [[.init(argument: 0, mask: 0xff, test: .isOneOf([1]))]])
      ])
  }

  @Test(arguments: [
    "allow: [read, read]", "allow: [read]\ndeny: [read]", "alow: [read]", "allow: read",
    "arguments: {a: {any-of: [{6: {is: [1]}}]}}", "arguments: {a: {any-of: [{0: {}}]}}",
    "arguments: {a: {any-of: [{0: {is: [4294967296]}}]}}",
  ])
  func `a profile with a mistake is refused`(text: String) {
    #expect(throws: Diagnostic.self) { try profile(text) }
  }
}
