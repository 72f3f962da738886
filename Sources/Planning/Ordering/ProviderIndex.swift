internal import ManifestFormat

/// Finds who provides what a requirement asks for without comparing it with everything that is provided.
///
/// Names of one family (type and number of segments) are grouped by where they have wildcards. Two such groups match
/// exactly when they are equal wherever neither has a wildcard; so the names of the one group are filed in a table under
/// their text with the other's wildcards put in, and looking into it is one step. Only a few groups exist in practice.
struct ProviderIndex {
  private struct Family: Hashable {
    let type: Substring
    let segmentCount: Int
  }

  private struct TableKey: Hashable {
    let family: Family
    let wildcards: [Int]
    let combined: [Int]
  }

  private struct Offer {
    let segments: [String]
    var capsules: [Int]
  }

  private var offers: [Offer] = []
  /// Positions in `offers`, by the positions of the wildcards.
  private var groups: [Family: [[Int]: [Int]]] = [:]
  /// Positions in `offers`, by the joined segments; made when first needed.
  private var tables: [TableKey: [String: [Int]]] = [:]

  init(_ capsules: [CapsuleDependencies]) {
    var known: [CapabilityName: Int] = [:]
    for (capsule, dependencies) in capsules.enumerated() {
      for name in dependencies.provides {
        if let offer = known[name] {
          offers[offer].capsules.append(capsule)
        } else {
          known[name] = offers.count
          add(name, of: capsule)
        }
      }
    }
  }

  private mutating func add(_ name: CapabilityName, of capsule: Int) {
    let segments = name.segments
    let family = Family(type: name.type, segmentCount: segments.count)
    groups[family, default: [:]][wildcards(segments), default: []].append(offers.count)
    offers.append(Offer(segments: segments, capsules: [capsule]))
  }

  /// The positions of the capsules that provide what is required: ascending, each once.
  mutating func providers(of requirement: CapabilityName) -> [Int] {
    let segments = requirement.segments
    let family = Family(type: requirement.type, segmentCount: segments.count)
    let own = wildcards(segments)
    var result: [Int] = []
    for theirs in (groups[family] ?? [:]).keys {
      let combined = ascendingOnce(own + theirs)
      let key = TableKey(family: family, wildcards: theirs, combined: combined)
      for offer in offers(in: key, under: text(segments, with: combined)) { result += offers[offer].capsules }
    }
    return ascendingOnce(result)
  }

  private mutating func offers(in key: TableKey, under text: String) -> [Int] {
    if let table = tables[key] { return table[text] ?? [] }
    let members = groups[key.family]?[key.wildcards] ?? []
    let table = Dictionary(grouping: members) { self.text(offers[$0].segments, with: key.combined) }
    tables[key] = table
    return table[text] ?? []
  }

  private func wildcards(_ segments: [String]) -> [Int] { segments.indices.filter { segments[$0] == "*" } }

  private func text(_ segments: [String], with wildcards: [Int]) -> String {
    var segments = segments
    for position in wildcards { segments[position] = "*" }
    return segments.joined(separator: ".")
  }
}

private func ascendingOnce(_ numbers: [Int]) -> [Int] {
  var result: [Int] = []
  for number in numbers.sorted() where number != result.last { result.append(number) }
  return result
}
