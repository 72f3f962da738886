import Testing

@testable import ManifestFormat

@Suite struct NetGrantTests {
  @Test(arguments: [
    ("github.com", "github.com"), ("GitHub.com.:443", "github.com:443"), ("tcp://github.com:443", "github.com:443"),
    ("TCP://github.com", "github.com"), ("github.com:1-65535", "github.com"),
    ("github.com:443,80", "github.com:80,443"),
    ("a.b:80,81,79", "a.b:79-81"), ("a.b:8000-8100,8050-8200,9", "a.b:9,8000-8200"), ("a.b:80-80", "a.b:80"),
    ("a.b:65535", "a.b:65535"), ("a.b:65534,65535", "a.b:65534-65535"), ("*.Example.org.:443", "*.example.org:443"),
    ("*.bücher.example", "*.xn--bcher-kva.example"), ("*.com", "*.com"), ("10.0.0.0/8:5432", "10.0.0.0/8:5432"),
    ("10.0.0.0/8", "10.0.0.0/8"), ("1.2.3.4/32:1", "1.2.3.4:1"), ("1.2.3.4", "1.2.3.4"),
    ("0.0.0.0/0:443", "0.0.0.0/0:443"),
    ("[2001:DB8::]/32:443", "[2001:db8::]/32:443"), ("[::1]:80", "[::1]:80"), ("[0:0::1]", "[::1]"),
    ("[::]/0", "[::]/0"),
    ("[::ffff:1.2.3.4]:80", "1.2.3.4:80"), ("[::ffff:10.0.0.0]/104", "10.0.0.0/8"),
    ("udp://1.1.1.1:53", "udp://1.1.1.1:53"),
    ("UDP://DNS.example:53", "udp://dns.example:53"), ("udp://a.b:1-65535", "udp://a.b:1-65535"),
    ("udp://[2001:db8::1]:53", "udp://[2001:db8::1]:53"), ("host:80", "host:80"), ("udp://host:53", "udp://host:53"),
    ("localhost:80", "localhost:80"),
  ])
  func `a net grant has one text, and that text is the same grant`(text: String, canonical: String) throws {
    let grant = try NetGrant(text)
    #expect(grant.description == canonical)
    #expect(try NetGrant(canonical) == grant)
  }

  @Test(arguments: [
    ("", NetGrant.Problem.empty), ("*", .everyHost), ("*:443", .everyHost), ("**.example.org", .anyDepth),
    ("*.*.example.org", .wildcardWithin), ("api.*.org", .wildcardWithin), ("a*.example.org", .wildcardWithin),
    ("*example.org", .wildcardWithin), ("*.", .host(.empty)), ("*..org", .host(.emptyLabel)), ("host", .hostNetwork),
    ("HOST.", .hostNetwork), ("tcp://host", .hostNetwork), ("host:1-65535", .hostNetwork),
    ("udp://1.1.1.1", .udpWithoutPort), ("http://github.com", .endpoint(.unknownTransport("http"))),
    ("://github.com", .endpoint(.unknownTransport(""))), ("github.com/capsules", .endpoint(.userOrPath)),
    ("github.com:443/x", .endpoint(.userOrPath)), ("user@github.com", .endpoint(.userOrPath)),
    ("tcp://user:pw@github.com", .endpoint(.userOrPath)), ("::1", .endpoint(.brackets)),
    ("2001:db8::/32:443", .endpoint(.brackets)), ("[::1", .endpoint(.brackets)), ("[::1]80", .endpoint(.brackets)),
    ("[1.2.3.4]:80", .endpoint(.brackets)), ("[github.com]", .endpoint(.brackets)), ("a.b:80:90", .endpoint(.brackets)),
    ("[2001:db8::/32]:443", .endpoint(.lengthInBrackets)), ("[fe80::1%eth0]:80", .endpoint(.address(.address(.zone)))),
    ("10.0.0.1/8", .endpoint(.address(.bitsBehindThePrefix(meant: "10.0.0.0/8")))),
    ("10/8", .endpoint(.address(.address(.notIPv4)))), ("10.0.0.0/33", .endpoint(.address(.badLength(atMost: 32)))),
    (":443", .host(.empty)), ("0.0.0.0:80", .noDestination), ("0.0.0.0/8", .noDestination), ("[::]:80", .noDestination),
    ("tcp://", .host(.empty)), ("127.1", .host(.lastLabelIsNumber)),
    ("2130706433:80", .host(.lastLabelIsNumber)), ("0x7f.0.0.1", .host(.lastLabelIsNumber)),
    ("*.1.2.3.4", .host(.lastLabelIsNumber)), ("a.b:", .ports(.empty)), ("a.b:80,", .ports(.empty)),
    ("a.b:*", .ports(.wildcard)), ("a.b:0", .ports(.notNumber("0"))), ("a.b:65536", .ports(.notNumber("65536"))),
    ("a.b:080", .ports(.notNumber("080"))), ("a.b:+80", .ports(.notNumber("+80"))),
    ("a.b:https", .ports(.notNumber("https"))),
    ("a.b: 80", .ports(.notNumber(" 80"))), ("a.b:-80", .ports(.empty)), ("a.b:80-", .ports(.empty)),
    ("a.b:90-80", .ports(.backwards("90-80"))), ("a.b:1-2-3", .ports(.notNumber("2-3"))),
    ("a.b:\u{301}80", .ports(.notNumber("\u{301}80"))), ("a.b:٨٠", .ports(.notNumber("٨٠"))),
    (" github.com", .host(.badCharacter(" "))), ("a.b?", .host(.badCharacter("?"))),
  ])
  func `what is no net grant is refused`(text: String, problem: NetGrant.Problem) {
    #expect(throws: problem) { try NetGrant(text) }
    #expect(!problem.explanation.isEmpty && !problem.hint.isEmpty)
  }

  @Test(arguments: [
    ("github.com", false), ("*.github.com", false), ("*.com", true), ("0.0.0.0/0", true), ("[::]/0", true),
    ("8.0.0.0/8", false), ("10.0.0.0/8", true), ("169.254.169.254", true), ("8.8.8.8", false), ("127.0.0.1:80", true),
  ])
  func `a grant that reaches far says so`(text: String, hasCaution: Bool) throws {
    let caution = try NetGrant(text).caution
    #expect((caution != nil) == hasCaution)
  }

  @Test(arguments: 0..<4) func `any grant that is read has a text that reads as the same grant`(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    let pieces = [
      "udp://", "tcp://", "*.", "a", "B", ".", "é", "xn--bcher-kva", "[", "]", "::", "1", ":", ":80", "/8", "10.0.0.0",
      ",",
      "-", "90", "[2001:db8::]", "/32", "host",
    ]
    var readable = 0
    for _ in 0..<5000 {
      let text = numbers.text(of: pieces, upTo: 7)
      do {
        let grant = try NetGrant(text)
        #expect(try NetGrant(grant.description) == grant, "\(text)")
        #expect(try NetGrant(grant.description).description == grant.description, "\(text)")
        readable += 1
      } catch {
        #expect(!error.hint.isEmpty)
      }
    }
    #expect(readable > 300, "else this proves too little: \(readable)")
  }

  @Test func `a range of ports is the union of what was written`() throws {
    var numbers = SeededNumbers(seed: 80)
    for _ in 0..<300 {
      let parts = (0..<Int.random(in: 1...5, using: &numbers)).map { _ in
        let first = UInt16.random(in: 1...40, using: &numbers)
        return first...UInt16.random(in: first...min(first + 9, 40), using: &numbers)
      }
      let set = try PortSet(parts.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ","))
      #expect((0...50).allSatisfy { port in set.contains(port) == parts.contains { $0.contains(port) } })
    }
  }
}
