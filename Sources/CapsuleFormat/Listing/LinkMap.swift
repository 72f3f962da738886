/// The links of a listing, for finding out where each leads.
///
/// Each target is walked once, and where it ends is remembered: a listing may have many links that all pass the same long ones.
struct LinkMap {
  /// As many as the kernel follows.
  private static let most = 40

  private struct Link {
    let target: String
    let folder: Int
    var end: End?
  }

  /// Where a link ends, and how many others it passes.
  private struct End {
    /// Nil for the interpreter, from which nothing may go on.
    let place: Place?
    let followed: Int
  }

  /// Somewhere in the capsule.
  private struct Place {
    /// The last point on the way that lies at a link or above one.
    var point: Int
    /// How many levels below that; there are no links.
    var beyond = 0
  }

  private struct Step: Hashable {
    let from: Int
    let name: Substring

    // By bytes, as the kernel compares names.
    static func == (one: Step, other: Step) -> Bool {
      one.from == other.from && one.name.utf8.elementsEqual(other.name.utf8)
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(from)
      var name = name
      name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  private enum Failure: Error {
    case leadsOut, loop
  }

  /// The way to each link, from point to point; the root is point 0, and its own parent.
  private var ways: [Step: Int] = [:]
  private var parents = [0]
  private var links: [Int: Link] = [:]
  private var interpreter: Int?
  /// How many names were looked at, which tells how long it took.
  private(set) var steps = 0

  /// Every folder that a link lies in must be one of the entries.
  init(_ entries: [Listing.Entry]) {
    for entry in entries {
      guard case .link(let target) = entry.content else { continue }
      let point = addPoint(entry.path)
      links[point] = Link(target: target, folder: parents[point])
      if entry.path.text.utf8.elementsEqual(LinkTarget.interpreterLink.utf8) { interpreter = point }
    }
  }

  private mutating func addPoint(_ path: CapsulePath) -> Int {
    var point = 0
    for name in path.components {
      let step = Step(from: point, name: name)
      if let next = ways[step] {
        point = next
      } else {
        parents.append(point)
        point = parents.count - 1
        ways[step] = point
      }
    }
    return point
  }

  /// Throws when a link of the listing leads out of the capsule, however many others it passes. What it leads to need not be
  /// there.
  mutating func check(_ path: CapsulePath, target: String) throws(ListingProblem) {
    if target.utf8.first == UInt8(ascii: "/") {
      guard path.text.utf8.elementsEqual(LinkTarget.interpreterLink.utf8), LinkTarget.isInterpreter(target) else {
        throw .linkToAbsolutePath(target: target)
      }
      return
    }
    do throws(Failure) {
      let end = try end(of: addPoint(path), depth: 1)
      guard end.followed < Self.most else { throw .loop }
    } catch {
      switch error {
      case .leadsOut: throw .linkLeadsOut(target: target)
      case .loop: throw .linkLoop(target: target)
      }
    }
  }

  /// A failure is not remembered, as the first one is the end of the listing.
  private mutating func end(of point: Int, depth: Int) throws(Failure) -> End {
    guard depth <= Self.most else { throw .loop }
    guard let link = links[point] else { return End(place: Place(point: point), followed: 0) }
    if let end = link.end { return end }
    if link.target.utf8.first == UInt8(ascii: "/") {
      guard point == interpreter else { throw .leadsOut }
      return End(place: nil, followed: 0)
    }
    var place: Place? = Place(point: link.folder)
    var followed = 0
    for name in Self.names(of: link.target) {
      guard let here = place else { throw .leadsOut }
      steps += 1
      let next = try step(name, from: here)
      guard next.beyond == 0, links[next.point] != nil, !isUp(name) else {
        place = next
        continue
      }
      let end = try end(of: next.point, depth: depth + 1)
      followed += 1 + end.followed
      guard followed < Self.most else { throw .loop }
      place = end.place
    }
    let end = End(place: place, followed: followed)
    links[point]?.end = end
    return end
  }

  /// By bytes, as a slash and an accent behind it would be one character.
  private static func names(of target: String) -> [Substring] {
    target.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }.map { Substring($0) }
  }

  private func isUp(_ name: Substring) -> Bool { name.utf8.elementsEqual("..".utf8) }

  private func step(_ name: Substring, from place: Place) throws(Failure) -> Place {
    if isUp(name) {
      guard place.beyond == 0 else { return Place(point: place.point, beyond: place.beyond - 1) }
      guard place.point != 0 else { throw .leadsOut }
      return Place(point: parents[place.point])
    }
    guard place.beyond == 0, let point = ways[Step(from: place.point, name: name)] else {
      return Place(point: place.point, beyond: place.beyond + 1)
    }
    return Place(point: point)
  }
}
