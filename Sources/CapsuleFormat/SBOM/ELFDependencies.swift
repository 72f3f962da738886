internal import Linux

/// The libraries that an ELF file needs, and the name by which others need it.
package struct ELFDependencies: Hashable, Sendable {
  package let needed: [String]
  package let soname: String?

  /// Reads parts of a file; each lies within its size.
  package typealias Read = (Range<Int>) throws(CapsuleError) -> [UInt8]

  private static let mostSegments = 1024
  private static let mostDynamicEntries = 4096
  private static let longestName = 4096

  /// What a file of this size says; nil for what is no ELF file for a processor that counts from the small end, and for
  /// one that contradicts itself.
  package static func read(size: Int, _ read: Read) throws(CapsuleError) -> ELFDependencies? {
    func bytes(_ start: Int, _ count: Int) throws(CapsuleError) -> [UInt8]? {
      guard start >= 0, count >= 0, start <= size, count <= size - start else { return nil }
      let bytes = try read(start..<start + count)
      return bytes.count == count ? bytes : nil
    }
    guard let start = try bytes(0, min(size, ELFLayout.largestHeader)), let layout = ELFLayout(start),
      let table = layout.table(start), table.count <= mostSegments,
      let tableBytes = try bytes(table.place, table.count * layout.segmentSize),
      let segments = layout.segments(tableBytes)
    else { return nil }
    guard let dynamic = segments.first(where: { $0.kind == .dynamic }) else {
      return ELFDependencies(needed: [], soname: nil)
    }
    guard dynamic.size <= mostDynamicEntries * layout.dynamicEntrySize,
      let dynamicBytes = try bytes(dynamic.place, dynamic.size), let section = layout.dynamicSection(dynamicBytes)
    else { return nil }
    let names = section.needed + (section.soname.map { [$0] } ?? [])
    guard !names.isEmpty else { return ELFDependencies(needed: [], soname: nil) }
    guard let strings = section.strings(in: segments) else { return nil }
    var texts: [String] = []
    for name in names {
      guard name < strings.count,
        let field = try bytes(strings.lowerBound + name, min(longestName, strings.count - name)),
        let text = text(field)
      else { return nil }
      texts.append(text)
    }
    let soname = section.soname == nil ? nil : texts.popLast()
    return ELFDependencies(needed: texts, soname: soname)
  }

  /// The text before the first zero byte.
  private static func text(_ field: [UInt8]) -> String? {
    guard let end = field.firstIndex(of: 0), end > 0, let text = String(validating: field[..<end], as: UTF8.self),
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { return nil }
    return text
  }
}
