import Glibc
import Testing

@testable import ManifestFormat

@Suite struct IPAddressTests {
  /// The examples of RFC 5952, sections 4 and 5, and the edges of its rules.
  @Test(arguments: [
    ("2001:0db8::0001", "2001:db8::1"), ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
    ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:DB8::AAAA", "2001:db8::aaaa"),
    ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("::ffff:c000:201", "::ffff:192.0.2.1"), ("0:0:0:0:0:0:0:0", "::"),
    ("0:0:0:0:0:0:0:1", "::1"), ("1:0:0:0:0:0:0:0", "1::"), ("::192.0.2.1", "::c000:201"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("192.0.2.1", "192.0.2.1"),
    ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
  ])
  func `an address has one text`(text: String, canonical: String) throws {
    #expect(try IPAddress(text).description == canonical)
  }

  @Test(arguments: [
    ("", IPAddress.Problem.notIPv4), ("1.2.3", .notIPv4), ("1.2.3.4.5", .notIPv4), ("1.2.3.256", .notIPv4),
    ("01.2.3.4", .notIPv4), ("0x7f.0.0.1", .notIPv4), ("127.1", .notIPv4), ("2130706433", .notIPv4),
    ("0177.0.0.1", .notIPv4), ("1.2.3.4.", .notIPv4), (".1.2.3.4", .notIPv4), ("1..2.3", .notIPv4),
    ("+1.2.3.4", .notIPv4),
    ("1.2.3.٤", .notIPv4), (" 1.2.3.4", .notIPv4), (":", .notIPv6), (":::", .notIPv6), ("1::2::3", .notIPv6),
    ("1:2:3:4:5:6:7", .notIPv6), ("1:2:3:4:5:6:7:8:9", .notIPv6), ("1:2:3:4::5:6:7:8", .notIPv6), ("12345::", .notIPv6),
    ("g::", .notIPv6), (":1::", .notIPv6), ("1:", .notIPv6), ("::1:", .notIPv6), ("::1.2.3", .notIPv6),
    ("::1.2.3.4:5", .notIPv6), ("1.2.3.4::", .notIPv6), ("::01.2.3.4", .notIPv6), ("fe80::1%eth0", .zone),
    ("::%1", .zone),
  ])
  func `what is no address is refused`(text: String, problem: IPAddress.Problem) {
    #expect(throws: problem) { try IPAddress(text) }
  }

  @Test(arguments: 0..<4) func `the C library reads the same addresses`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    var readable = 0
    let pieces = [".", ":", "::", "0", "1", "25", "255", "256", "00", "ffff", "a", "G", "1.2.3.4", "1:2:3:4", "12345"]
    for _ in 0..<5000 {
      let text = numbers.text(of: pieces, upTo: 12)
      let ours = bytes(text)
      #expect(ours == libraryBytes(text), "\(text)")
      if ours != nil { readable += 1 }
    }
    #expect(readable > 100, "else this proves too little")
  }

  @Test(arguments: 0..<4) func `the text of any address reads as that address`(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    for _ in 0..<1000 {
      let groups = (0..<8).map { _ in
        UInt128(numbers.pick([0, 0, 1, 0xFFFF, UInt16.random(in: 0...UInt16.max, using: &numbers)]))
      }
      for address in [
        IPAddress.v6(groups.reduce(0) { $0 << 16 | $1 }), .v4(UInt32.random(in: 0...UInt32.max, using: &numbers)),
      ] {
        #expect(try IPAddress(address.description) == address)
        #expect(bytes(address.description) == libraryBytes(address.description))
      }
    }
  }

  @Test(arguments: [
    ("8.8.8.8", AddressScope.everywhere), ("0.0.0.0", .unspecified), ("0.1.2.3", .unspecified),
    ("10.255.0.1", .privateUse),
    ("11.0.0.0", .everywhere), ("100.63.255.255", .everywhere), ("100.64.0.0", .carrierShared),
    ("100.127.255.255", .carrierShared), ("100.128.0.0", .everywhere), ("127.255.255.254", .loopback),
    ("169.254.1.1", .linkLocal), ("169.254.169.254", .metadata), ("100.100.100.200", .metadata),
    ("172.15.0.1", .everywhere),
    ("172.16.0.1", .privateUse), ("172.31.255.255", .privateUse), ("172.32.0.1", .everywhere),
    ("192.0.2.7", .documentation),
    ("192.168.0.1", .privateUse), ("198.18.0.1", .benchmarking), ("198.19.255.255", .benchmarking),
    ("198.20.0.0", .everywhere), ("203.0.113.1", .documentation), ("223.255.255.255", .everywhere),
    ("224.0.0.1", .multicast),
    ("240.0.0.1", .reserved), ("255.255.255.255", .reserved), ("::", .unspecified), ("::1", .loopback),
    ("::127.0.0.1", .reserved), ("::ffff:127.0.0.1", .loopback), ("::ffff:8.8.8.8", .everywhere),
    ("::ffff:169.254.169.254", .metadata), ("::ffff:0:127.0.0.1", .reserved), ("fe80::1", .linkLocal),
    ("febf::1", .linkLocal), ("fec0::1", .privateUse), ("fc00::1", .privateUse), ("fdff::1", .privateUse),
    ("fd00:ec2::254", .metadata), ("ff02::1", .multicast), ("2001:db8::1", .documentation), ("3fff::1", .documentation),
    ("2606:4700::1", .everywhere), ("4000::1", .reserved), ("100::1", .reserved), ("64:ff9b::8.8.8.8", .everywhere),
    ("64:ff9b::10.0.0.1", .privateUse), ("64:ff9b::169.254.169.254", .metadata), ("64:ff9b:1::1", .privateUse),
    ("64:ff9a::1", .reserved), ("2002:0808:0808::1", .everywhere), ("2002:7f00:0001::1", .loopback),
    ("2001:0:808:808::f7f7:f7f7", .everywhere), ("2001:0:808:808::80ff:fffe", .loopback),
    ("2001:0:a00:1::f7f7:f7f7", .privateUse),
  ])
  func `the scope of an address is known`(text: String, scope: AddressScope) throws {
    #expect(try IPAddress(text).scope == scope)
    #expect(try IPAddress(text).isSpecial == (scope != .everywhere))
  }

  private func bytes(_ text: String) -> [UInt8]? {
    do {
      let address = try IPAddress(text)
      return stride(from: address.width - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: address.bits >> $0) }
    } catch {
      return nil
    }
  }

  private func libraryBytes(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes[..<4]) }
    return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
  }
}

@Suite struct IPRangeTests {
  @Test(arguments: [
    ("10.0.0.0/8", "10.0.0.0/8"), ("0.0.0.0/0", "0.0.0.0/0"), ("1.2.3.4/32", "1.2.3.4"), ("1.2.3.4", "1.2.3.4"),
    ("2001:DB8::/32", "[2001:db8::]/32"), ("::1/128", "[::1]"), ("::/0", "[::]/0"),
    ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
    ("::ffff:1.2.3.4", "1.2.3.4"), ("::ffff:0:0/96", "0.0.0.0/0"), ("::/80", "[::]/80"),
  ])
  func `a range has one text`(text: String, canonical: String) throws {
    #expect(try IPRange(text).description == canonical)
  }

  @Test(arguments: [
    ("10.0.0.1/8", IPRange.Problem.bitsBehindThePrefix(meant: "10.0.0.0/8")), ("10.0.0.0/33", .badLength(atMost: 32)),
    ("10.0.0.0/", .badLength(atMost: 32)), ("10.0.0.0/08", .badLength(atMost: 32)),
    ("10.0.0.0/-1", .badLength(atMost: 32)),
    ("10.0.0.0/8/8", .badLength(atMost: 32)), ("::1/129", .badLength(atMost: 128)),
    ("10.0.0.0/255.0.0.0", .badLength(atMost: 32)),
    ("::1/64", .bitsBehindThePrefix(meant: "[::]/64")), ("10/8", .address(.notIPv4)),
    ("::ffff:0:0/95", .bitsBehindThePrefix(meant: "[::fffe:0:0]/95")),
  ])
  func `what is no range is refused`(text: String, problem: IPRange.Problem) {
    #expect(throws: problem) { try IPRange(text) }
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("0.0.0.0/0", "255.255.255.255", true),
    ("0.0.0.0/0", "::1", false), ("::/0", "1.2.3.4", false), ("::/0", "::ffff:1.2.3.4", false),
    ("1.2.3.4", "::ffff:1.2.3.4", true), ("1.2.3.4", "1.2.3.5", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
    ("2001:db8::/33", "2001:db8:8000::1", false), ("128.0.0.0/1", "127.255.255.255", false),
  ])
  func `a range contains what begins with its bits`(range: String, address: String, isInside: Bool) throws {
    #expect(try IPRange(range).contains(IPAddress(address)) == isInside)
  }
}
