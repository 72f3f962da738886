@testable import CapsuleFormat

/// What holds for every listing that is accepted.
enum ListingPromises {
  static func check(_ bytes: [UInt8]) {
    do throws(ArchiveProblem) {
      let listing = try Listing(text: bytes)
      expect(listing.text == bytes, "a listing has one way to be written")
      check(listing)
    } catch {
      expect(!error.explanation.isEmpty, "an error says something")
    }
  }

  static func check(_ listing: Listing) {
    var folders: Set<[UInt8]> = [[]]
    var seen: Set<[UInt8]> = []
    for entry in listing.entries {
      let path = Array(entry.path.text.utf8)
      let names = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      let isBad = names.contains { $0.isEmpty || $0.elementsEqual([0x2E]) || $0.elementsEqual([0x2E, 0x2E]) }
      expect(!isBad && !path.contains { $0 < 0x20 }, "a path is one below the root", entry.path.text)
      expect(seen.insert(path).inserted, "no path is there twice", entry.path.text)
      expect(
        folders.contains(Array(names.dropLast().joined(separator: [0x2F]))), "a parent is a folder", entry.path.text)
      if entry.content == .folder { folders.insert(path) }
      expect(TarHeader(entry, time: 0).bytes.count % TarHeader.blockSize == 0, "a header is whole blocks")
    }
    for entry in listing.entries {
      guard case .link(let target) = entry.content else { continue }
      expect(
        staysInside(entry.path, target, links: links(of: listing)), "no link leads out", "\(entry.path) -> \(target)")
    }
  }

  private static func links(of listing: Listing) -> [[UInt8]: [UInt8]] {
    var links: [[UInt8]: [UInt8]] = [:]
    for entry in listing.entries {
      if case .link(let target) = entry.content { links[Array(entry.path.text.utf8)] = Array(target.utf8) }
    }
    return links
  }

  /// Walks like the kernel: one name after the other, with nothing remembered.
  private static func staysInside(_ path: CapsulePath, _ target: String, links: [[UInt8]: [UInt8]]) -> Bool {
    var place = names(Array(path.text.utf8)).dropLast()
    if isInterpreter(path.text, target) { return true }
    guard target.utf8.first != 0x2F else { return false }
    var rest = Array(names(Array(target.utf8)).reversed())
    var followed = 1
    while let name = rest.popLast() {
      if name == [0x2E] { continue }
      if name == [0x2E, 0x2E] {
        guard place.popLast() != nil else { return false }
        continue
      }
      place.append(name)
      let here = Array(place.joined(separator: [0x2F]))
      guard let next = links[here] else { continue }
      followed += 1
      // The kernel gives up here: nothing is reached.
      guard followed <= 40 else { return true }
      if next.first == 0x2F {
        return isInterpreter(String(decoding: here, as: UTF8.self), String(decoding: next, as: UTF8.self))
          && rest.isEmpty
      }
      place.removeLast()
      rest += names(next).reversed()
    }
    return true
  }

  private static func isInterpreter(_ path: String, _ target: String) -> Bool {
    path == "venv/bin/python"
      && (0...99).contains { target == "/usr/bin/python3.\($0)" || target == "/usr/bin/python3.0\($0)" }
  }

  private static func names(_ path: [UInt8]) -> [[UInt8]] { path.split(separator: 0x2F).map(Array.init) }
}
