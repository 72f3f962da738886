import Testing

@testable import ManifestFormat

/// Threats 31 and 32: names and addresses that look as if they were granted.
@Suite struct NetGrantsTests {
  /// Some grants, and a target: the grant that decides.
  @Test(arguments: [
    ("github.com", "github.com:443", "github.com"), ("github.com:443", "GitHub.COM:443", "github.com:443"),
    ("github.com", "github.com.:443", "github.com"), ("GITHUB.com.", "github.com:22", "github.com"),
    ("*.github.com", "api.github.com:443", "*.github.com"), ("*.github.com", "API.GITHUB.COM.:443", "*.github.com"),
    ("github.com *.github.com", "api.github.com:1", "*.github.com"),
    ("github.com:80 github.com:443", "github.com:443", "github.com:443"),
    ("bücher.example", "xn--bcher-kva.example:443", "xn--bcher-kva.example"),
    ("xn--bcher-kva.example", "BÜCHER.example:443", "xn--bcher-kva.example"),
    ("*.bücher.example", "a.xn--BCHER-kva.example:443", "*.xn--bcher-kva.example"),
    ("*.example", "xn--bcher-kva.example:443", "*.example"),
    ("udp://1.1.1.1:53", "udp://1.1.1.1:53", "udp://1.1.1.1:53"), ("8.8.8.8", "[::ffff:8.8.8.8]:53", "8.8.8.8"),
    ("[::ffff:8.8.8.8]:53", "8.8.8.8:53", "8.8.8.8:53"), ("0.0.0.0/0", "8.8.8.8:53", "0.0.0.0/0"),
    ("[::]/0", "[2606:4700::1111]:443", "[::]/0"), ("10.0.0.0/8:5432", "10.1.2.3:5432", "10.0.0.0/8:5432"),
    ("10.1.0.0/16", "10.1.2.3:1", "10.1.0.0/16"), ("127.0.0.1:5432", "127.0.0.1:5432", "127.0.0.1:5432"),
    ("169.254.169.254:80", "169.254.169.254:80", "169.254.169.254:80"), ("[::1]:80", "[0:0::1]:80", "[::1]:80"),
    ("169.254.0.0/16", "169.254.1.1:80", "169.254.0.0/16"), ("[fc00::]/7", "[fd00::1]:80", "[fc00::]/7"),
    ("[64:ff9b::10.0.0.1]:80", "[64:ff9b::a00:1]:80", "[64:ff9b::a00:1]:80"),
    ("[64:ff9b::]/96", "[64:ff9b::808:808]:80", "[64:ff9b::]/96"),
    ("168.63.129.16", "168.63.129.16:80", "168.63.129.16"), ("localhost:80", "localhost:80", "localhost:80"),
    ("8.8.8.0/24:53,853 8.8.8.8:443", "8.8.8.8:443", "8.8.8.8:443"),
  ])
  func `what is granted is granted, by the first grant that says so`(grants: String, target: String, by: String) throws
  {
    #expect(try decision(grants, target) == .granted(by: NetGrant(by)))
  }

  @Test(arguments: [
    ("", "github.com:443", "no grants"), ("github.com", "evilgithub.com:443", "name"),
    ("github.com", "api.github.com.evil:443", "name"), ("github.com", "github.com.evil.org:443", "name"),
    ("github.com", "api.github.com:443", "name"), ("github.com", "github.co:443", "name"),
    ("github.com", "github.comm:443", "name"), ("github.com", "gıthub.com:443", "name"),
    ("github.com", "hub.com:443", "name"), ("github.com", "com:443", "name"), ("github.com", "git-hub.com:443", "name"),
    ("*.github.com", "github.com:443", "depth *.github.com"),
    ("*.github.com", "a.b.github.com:443", "depth *.github.com"),
    ("*.github.com", "a.b.c.github.com:443", "depth *.github.com"), ("*.github.com", "evilgithub.com:443", "name"),
    ("*.github.com", "api.evilgithub.com:443", "name"), ("*.github.com", "api.github.com.evil:443", "name"),
    ("*.github.com", "xgithub.com:443", "name"), ("*.com", "api.github.com:443", "depth *.com"),
    ("bücher.example", "bucher.example:443", "name"), ("bücher.example", "xn--bcher-kva.evil:443", "name"),
    ("apple.com", "xn--80ak6aa92e.com:443", "name"), ("github.com:443", "github.com:80", "ports github.com:443"),
    ("github.com:443,8000-8100", "github.com:8101", "ports github.com:443,8000-8100"),
    ("*.github.com:443", "api.github.com:22", "ports *.github.com:443"),
    ("github.com", "udp://github.com:443", "transport github.com"),
    ("udp://github.com:443", "github.com:443", "transport udp://github.com:443"),
    ("udp://1.1.1.1:53", "1.1.1.1:53", "transport udp://1.1.1.1:53"),
    ("udp://1.1.1.1:53 1.1.1.1:443", "1.1.1.1:53", "ports 1.1.1.1:443"), ("github.com", "140.82.121.3:443", "address"),
    ("*.github.com", "140.82.121.3:443", "address"), ("140.82.121.3", "github.com:443", "name"),
    ("0.0.0.0/0 [::]/0", "github.com:443", "name"), ("0.0.0.0/0", "[2606:4700::1]:443", "address"),
    ("[::]/0", "8.8.8.8:443", "address"), ("[::]/0", "[::ffff:8.8.8.8]:443", "address"),
    ("8.8.8.8", "8.8.8.9:1", "address"),
    ("10.0.0.0/8", "11.0.0.0:1", "address"), ("0.0.0.0/0", "127.0.0.1:80", "special loopback"),
    ("0.0.0.0/0", "10.0.0.1:80", "special private"), ("0.0.0.0/0", "192.168.1.1:80", "special private"),
    ("0.0.0.0/0", "169.254.169.254:80", "special cloud metadata"),
    ("169.254.0.0/16", "169.254.169.254:80", "special cloud metadata"),
    ("100.64.0.0/10", "100.100.100.200:80", "special cloud metadata"),
    ("0.0.0.0/0", "168.63.129.16:80", "special cloud metadata"),
    ("0.0.0.0/0", "100.64.0.1:80", "special carrier-shared"), ("0.0.0.0/0", "0.0.0.0:80", "special unspecified"),
    ("0.0.0.0/0", "0.1.2.3:80", "special unspecified"), ("[::]/0", "[::]:80", "special unspecified"),
    ("0.0.0.0/0", "224.0.0.1:80", "special multicast"),
    ("0.0.0.0/0", "255.255.255.255:80", "special reserved"), ("0.0.0.0/0", "198.18.0.1:80", "special benchmarking"),
    ("8.0.0.0/5", "10.0.0.1:80", "special private"), ("0.0.0.0/0", "[::ffff:127.0.0.1]:80", "special loopback"),
    ("[::]/0", "[::1]:80", "special loopback"), ("[::]/0", "[fe80::1]:80", "special link-local"),
    ("[::]/0", "[fd00::1]:80", "special private"), ("[::]/0", "[64:ff9b::7f00:1]:80", "special loopback"),
    ("[64:ff9b::]/96", "[64:ff9b::a9fe:a9fe]:80", "special cloud metadata"),
    ("[2002::]/16", "[2002:7f00:1::]:80", "special loopback"), ("[::]/0", "[4000::1]:80", "special reserved"),
    ("[::]/0", "[::127.0.0.1]:80", "special reserved"),
  ])
  func `what only looks granted is denied, and the nearest grant tells why`(
    grants: String, target: String, expected: String
  ) throws {
    guard case .denied(let denial) = try decision(grants, target) else {
      Issue.record("granted")
      return
    }
    #expect(summary(denial) == expected)
    let hint = denial.hint(for: try NetTarget(target))
    #expect(!denial.explanation.isEmpty && !hint.isEmpty)
  }

  /// Forms in which a program may ask for a granted host, and that are no host: nothing is looked up, so nothing matches.
  @Test(arguments: [
    "github.com..:443", ".github.com:443", "api..github.com:443", "github.com", "github.com:", "github.com:0",
    "github.com:1-2",
    "*.github.com:443", "2130706433:80", "127.1:80", "0177.0.0.1:80", "0x7f.0.0.1:80", "1.2.3.4.5:80", "127.0.0.1.:80",
    "git\u{200B}hub.com:443", "github\u{3002}com:443", "github\u{FF0E}com:443", "ｇithub.com:443", "gіthub.com:443",
    "github.com\u{0}.evil:443", "github.com%00.evil:443", "github.com@evil:443", "evil/github.com:443",
    "github.com#.evil:443",
    "xn--github-.com:443", "github.com :443", "[::1%lo]:80", "10.0.0.0/8:80", "_x.github.com:443",
    "git\u{AD}hub.com:443",
  ])
  func `what names no host is no target`(text: String) {
    #expect(throws: NetTarget.Problem.self) { try NetTarget(text) }
  }

  @Test(arguments: [
    ("github.com", "140.82.121.3", true), ("github.com", "2606:50c0::1", true), ("github.com", "127.0.0.1", false),
    ("github.com", "::1", false), ("github.com", "10.0.0.1", false), ("github.com", "169.254.169.254", false),
    ("github.com", "::ffff:10.0.0.1", false), ("github.com", "64:ff9b::10.0.0.1", false),
    ("github.com", "0.0.0.0", false),
    ("github.com 10.0.0.0/8", "10.0.0.1", true), ("github.com 10.0.0.0/8:80", "10.0.0.1", false),
    ("github.com 10.0.0.0/8:443", "::ffff:10.0.0.1", true), ("github.com udp://10.0.0.0/8:443", "10.0.0.1", false),
    ("github.com 0.0.0.0/0", "10.0.0.1", false), ("github.com 127.0.0.1:443", "127.0.0.1", true),
    ("github.com:80 10.0.0.0/8", "10.0.0.1", false), ("example.org", "140.82.121.3", false),
  ])
  func `a granted name leads to a special address only if that is granted too`(
    grants: String, address: String, isGranted: Bool
  ) throws {
    let target = try NetTarget("github.com:443")
    #expect(try list(grants).decision(forResolved: IPAddress(address), of: target).isGranted == isGranted)
  }

  @Test(arguments: ["github.com:443", "udp://1.1.1.1:53", "[2001:db8::1]:80", "xn--bcher-kva.example:1"])
  func `a target reads as it was written`(text: String) throws {
    #expect(try NetTarget(text).description == text)
  }

  private func list(_ text: String) throws -> NetGrants {
    NetGrants(try text.split(separator: " ").map { try NetGrant(String($0)) })
  }

  private func decision(_ grants: String, _ target: String) throws -> NetDecision {
    try list(grants).decision(for: NetTarget(target))
  }

  private func summary(_ denial: NetDenial) -> String {
    switch denial {
    case .noGrants: "no grants"
    case .nameNotGranted: "name"
    case .addressNotGranted: "address"
    case .otherDepth(let grant): "depth \(grant)"
    case .otherPorts(let grant): "ports \(grant)"
    case .otherTransport(let grant): "transport \(grant)"
    case .special(let scope, _): "special \(scope.rawValue)"
    }
  }
}
