import Testing

@testable import ManifestFormat

@Suite struct RandomTextTests {
  /// Nothing may crash, whatever a manifest holds.
  @Test(arguments: 0..<4) func `no text crashes a reader of grants`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let pieces = [
      "\u{301}", "\u{200D}", "?", "/dev/", "/run/", "->", ":", "[", "]", "*", "*.", ".", "-", ",", "xn--", "é", "٣",
      "क", "ß", "@",
      "%", "/", "://", "udp", "1", "65535", "999999999999999999999", "::", "\u{0}", "\u{10FFFF}", "가", "\u{600}",
    ]
    for count in 0..<2500 {
      let text = count.isMultiple(of: 2) ? numbers.textOfBytes(upTo: 40) : numbers.text(of: pieces, upTo: 12)
      #expect(readsAreStable(text), "\(Array(text.utf8))")
    }
  }

  /// Whether each kind of grant either refuses the text, or reads its own text as itself.
  private func readsAreStable(_ text: String) -> Bool {
    isStable(text, NetGrant.init) && isStable(text, ListenGrant.init) && isStable(text, DeviceGrant.init)
      && isStable(text, UnixGrant.init) && isStable(text, NetTarget.init) && isStable(text) { try HostName($0) }
      && isStable("/dev/" + text, DeviceGrant.init) && isStable("/run/" + text, UnixGrant.init)
  }

  private func isStable<Grant: Equatable & CustomStringConvertible>(
    _ text: String, _ read: (String) throws -> Grant
  ) -> Bool {
    guard let grant = try? read(text) else { return true }
    return (try? read(grant.description)) == grant
  }
}
