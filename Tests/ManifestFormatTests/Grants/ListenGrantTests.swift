import Testing

@testable import ManifestFormat

@Suite struct ListenGrantTests {
  @Test(arguments: [
    ("127.0.0.1:8080->3000", "127.0.0.1:8080->3000"), ("8080->3000", "127.0.0.1:8080->3000"),
    ("8080", "127.0.0.1:8080->8080"), ("127.0.0.1:8080", "127.0.0.1:8080->8080"),
    ("[::1]:8080->3000", "[::1]:8080->3000"),
    ("[0::1]:80", "[::1]:80->80"), ("0.0.0.0:80->1", "0.0.0.0:80->1"), ("[::]:80", "[::]:80->80"),
    ("[::ffff:127.0.0.1]:80", "127.0.0.1:80->80"), ("192.0.2.1:65535", "192.0.2.1:65535->65535"),
    ("tcp://127.0.0.1:80", "127.0.0.1:80->80"),
  ])
  func `a listen grant has one text, and that text is the same grant`(text: String, canonical: String) throws {
    let grant = try ListenGrant(text)
    #expect(grant.description == canonical)
    #expect(try ListenGrant(canonical) == grant)
  }

  @Test(arguments: [
    ("", ListenGrant.Problem.empty), ("0", .port(.notNumber("0"))), ("65536", .port(.notNumber("65536"))),
    ("http", .port(.notNumber("http"))), ("8000-8100", .portRange), ("127.0.0.1:8000-8100", .portRange),
    ("8080->3000-3001", .portRange), ("8080->", .port(.empty)), ("->3000", .port(.empty)),
    ("8080->0", .port(.notNumber("0"))),
    ("8080->1->2", .port(.notNumber("1->2"))), ("8080:3000", .colonForArrow("8080->3000")),
    ("127.0.0.1:8080:3000", .endpoint(.brackets)), ("localhost:8080", .notAddress), ("example.org:80", .notAddress),
    ("*:8080", .everyAddress), ("127.0.0.1", .noPort), ("127.0.0.1->80", .noPort), ("[::1]->80", .noPort),
    ("10.0.0.0/8:80", .range), ("127.0.0.1/32:80", .range), ("udp://127.0.0.1:53", .udp), ("224.0.0.1:80", .multicast),
    ("::1:80", .endpoint(.brackets)), ("127.1:80", .notAddress), ("80,81", .port(.notNumber("80,81"))),
    ("8080 -> 3000", .port(.notNumber("8080 "))), ("8080->127.0.0.1:80", .port(.notNumber("127.0.0.1:80"))),
  ])
  func `what is no listen grant is refused`(text: String, problem: ListenGrant.Problem) {
    #expect(throws: problem) { try ListenGrant(text) }
    #expect(!problem.explanation.isEmpty && !problem.hint.isEmpty)
  }

  @Test(arguments: [("80", false), ("[::1]:80", false), ("0.0.0.0:80", true), ("[::]:80", true), ("10.0.0.1:80", true)])
  func `a port that others can reach is pointed out`(text: String, hasCaution: Bool) throws {
    let caution = try ListenGrant(text).caution
    #expect((caution != nil) == hasCaution)
  }
}
