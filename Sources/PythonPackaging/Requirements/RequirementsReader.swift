/// A requirements file that was opened: by which name it is known, and its bytes.
package struct RequirementsSource: Sendable {
  /// One name for one file, whatever path led to it; messages show it.
  package let name: String
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// Reads requirements files with all that they include.
///
/// Nothing is left out in silence: what is not understood becomes a problem with its place, and the rest is read on.
package struct RequirementsReader {
  /// Opens a file that another includes, by its path from the folder that the names of files begin at; it refuses what
  /// lies outside of the capsule.
  package typealias Opening = (_ path: String) throws(InclusionRefusal) -> RequirementsSource

  private struct Visit: Hashable {
    let name: String
    let isConstraint: Bool
  }

  private static let deepest = 20

  private let open: Opening
  private var chain: [String] = []
  private var visited: Set<Visit> = []
  var file = RequirementsFile()
  /// What is read just now.
  private(set) var name = ""
  private(set) var isConstraint = false

  package static func read(_ source: RequirementsSource, open: @escaping Opening) -> RequirementsFile {
    var reader = RequirementsReader(open)
    reader.read(source, isConstraint: false)
    return reader.file
  }

  private init(_ open: @escaping Opening) { self.open = open }

  private mutating func read(_ source: RequirementsSource, isConstraint: Bool) {
    // What is included a second time says the same again.
    guard visited.insert(Visit(name: source.name, isConstraint: isConstraint)).inserted else { return }
    let before = (name, self.isConstraint)
    (name, self.isConstraint) = (source.name, isConstraint)
    chain.append(source.name)
    if let text = String(validating: source.bytes, as: UTF8.self) {
      for line in LogicalLine.lines(of: text) { read(line) }
    } else {
      report(.notUTF8, TextPlace(file: name, line: 1, column: 1))
    }
    chain.removeLast()
    (name, self.isConstraint) = before
  }

  private mutating func read(_ line: LogicalLine) {
    do throws(RequirementsProblem) {
      try take(line)
    } catch {
      file.problems.append(error)
    }
  }

  /// Reads another file where this one includes it.
  mutating func include(_ path: PlacedText, isConstraint: Bool) {
    guard !path.text.contains("://") else { return report(.remoteFile(path.text), path.place) }
    let folder = name.lastIndex(of: "/").map { String(name[...$0]) } ?? ""
    let source: RequirementsSource
    do throws(InclusionRefusal) {
      source = try open(path.text.hasPrefix("/") ? path.text : folder + path.text)
    } catch {
      return report(.cannotInclude(path.text, error), path.place)
    }
    guard !chain.contains(source.name) else { return report(.includesItself(path.text), path.place) }
    guard chain.count < Self.deepest else { return report(.tooDeep(path.text), path.place) }
    read(source, isConstraint: self.isConstraint || isConstraint)
  }

  private mutating func report(_ kind: RequirementsProblem.Kind, _ place: TextPlace) {
    file.problems.append(RequirementsProblem(place: place, kind: kind))
  }
}
