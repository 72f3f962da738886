internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import PythonPackaging

/// The requirements file of a capsule with all that it includes, each a file of the capsule.
final class PackedRequirements {
  private let files: PackedFiles
  private var lines: [String: [Substring]] = [:]
  private(set) var file = RequirementsFile()

  /// Nil when there is no such file in the capsule.
  init?(_ path: String, _ files: PackedFiles) {
    self.files = files
    let source: RequirementsSource
    do throws(InclusionRefusal) {
      source = try open(path)
    } catch {
      return nil
    }
    file = RequirementsReader.read(source) { [unowned self] (path) throws(InclusionRefusal) in try open(path) }
  }

  private func open(_ text: String) throws(InclusionRefusal) -> RequirementsSource {
    let path = try Self.resolve(text)
    switch files.kind(path) {
    case .file: break
    case .folder: throw InclusionRefusal("it is a folder")
    case .link: throw InclusionRefusal("it is a link", hint: "name the file itself")
    case nil: throw InclusionRefusal("it is not in the capsule")
    }
    let content: [UInt8]?
    do throws(SysError) {
      content = try files.content(path)
    } catch {
      throw InclusionRefusal(error.reason)
    }
    guard let content else { throw InclusionRefusal("it is too large") }
    lines[path] = String(decoding: content, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return RequirementsSource(name: path, bytes: content)
  }

  /// One path for one file, from the root of the capsule.
  private static func resolve(_ text: String) throws(InclusionRefusal) -> String {
    guard !text.hasPrefix("/") else {
      throw InclusionRefusal("its path is absolute", hint: "write its path from the file that includes it")
    }
    var components: [Substring] = []
    for component in text.split(separator: "/") where component != "." {
      guard component == ".." else {
        components.append(component)
        continue
      }
      guard components.popLast() != nil else { throw InclusionRefusal("it lies outside of the capsule") }
    }
    return components.joined(separator: "/")
  }

  /// A place with the line that stands there.
  func location(_ place: TextPlace) -> SourceLocation {
    let lines = lines[place.file] ?? []
    return SourceLocation(
      file: place.file, line: place.line, column: place.column,
      lineText: lines.indices.contains(place.line - 1) ? String(lines[place.line - 1]) : "")
  }

  /// The requirements that neither they themselves nor a constraint hold down to a version, where there is no environment
  /// to compare with.
  var unpinned: [InstallationProblem] {
    file.requirements.filter { line in
      let limits = file.constraints.filter { $0.requirement.name == line.requirement.name }
      return !([line] + limits).contains(where: \.requirement.isPinned)
    }.map { InstallationProblem.unpinned($0) }
  }
}
