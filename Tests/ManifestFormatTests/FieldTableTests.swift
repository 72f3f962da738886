import Diagnostics
import Testing

@testable import ManifestFormat

/// Walks the table of all keys, so that a key that is read and not kept, or kept and not written, cannot be added.
@Suite struct FieldTableTests {
  private static let top = ManifestFields.top.filter { $0.key != "capsule" }

  private static func read(_ members: [JSONValue.Member]) throws -> Manifest {
    let text = JSONValue.object([.init("capsule", .integer(1))] + members).text(isIndented: false)
    return try Manifest.read(SourceText(file: "capsule.json", bytes: Array(text.utf8)), folderName: "folder")
  }

  /// What the keys that refer to others refer to.
  private static let surroundings: [String: [JSONValue.Member]] = [
    "services": [.init("entrypoint", .string("x"))], "cron": sampleProcess, "interceptor": sampleProcess,
  ]
  private static let sampleProcess: [JSONValue.Member] = [
    .init("processes", .object([.init("sample", .object([.init("cmd", .string("x"))]))]))
  ]

  /// Keys with parts that must fit to each other.
  private static let referring = ["processes", "env", "mcp_server"]

  /// Values that are right in form, and wrong by what they refer to.
  private static func isConsistent(_ text: String) -> Bool {
    // A process that depends on itself or on a group, an action or a state that is not there; a probe of no way.
    let refers = [
      "\"depends_on\"", "\"group\":", "\"action\"", "\"fs_", "\"listen\"", "\"net\"", "\"devices\"", "\"unix\"",
    ]
    return !refers.contains { text.contains($0) } && !text.contains("\"enum\"")
  }

  @Test(arguments: top.map(\.key))
  func `every way of writing a key is read, and written again means the same`(key: String) throws {
    let field = try #require(Self.top.first { $0.key == key })
    var count = 0
    for value in ShapeSamples.values(of: field.shape) {
      let value = try #require(value, "a form of text or key below \(key) has no sample")
      let surroundings = Self.surroundings[key] ?? (key == "entrypoint" || key == "processes" ? [] : Self.sampleProcess)
      let manifest: Manifest
      do {
        manifest = try Self.read(surroundings + [.init(key, value)])
      } catch let problems as DiagnosticList {
        let isKnown =
          Self.referring.contains(key) && !Self.isConsistent(value.text(isIndented: false))
          || problems.all.allSatisfy { problem in
            // What depends on other keys: the probe's other parts, and the capsule's own profile.
            problem.message.contains("way of looking")
              || problem.message.contains("is more than the capsule itself may")
          }
        #expect(isKnown, "\(key): \(value.text(isIndented: false)): \(problems.all.map(\.message))")
        continue
      }
      let canonical = manifest.canonical.text(isIndented: false)
      let again = try Manifest.read(SourceText(file: "capsule.json", bytes: Array(canonical.utf8)), folderName: "other")
      #expect(again == manifest, "\(canonical)")
      #expect(again.canonicalBytes == manifest.canonicalBytes)
      count += 1
    }
    #expect(count > 0, "no sample of \(key) was right")
  }

  @Test(arguments: top.map(\.key))
  func `every key changes the manifest`(key: String) throws {
    guard key != "$schema" else { return }
    let field = try #require(Self.top.first { $0.key == key })
    let surroundings = Self.surroundings[key] ?? (key == "processes" ? [] : [.init("entrypoint", .string("x"))])
    let plain = try? Self.read(surroundings)
    let changed = ShapeSamples.values(of: field.shape).contains { value in
      guard let value, let with = try? Self.read(surroundings.filter { $0.key != key } + [.init(key, value)]) else {
        return false
      }
      return with != plain && with.canonicalBytes != plain?.canonicalBytes
    }
    #expect(changed, "\(key) leaves no trace in the manifest")
  }

  @Test func `every key says in one line what it is for`() {
    func check(_ shape: Shape, at path: String) {
      switch shape {
      case .table(let fields):
        #expect(Set(fields.flatMap { [$0.key] + $0.aliases }).count == fields.reduce(0) { $0 + 1 + $1.aliases.count })
        for field in fields {
          #expect(!field.summary.isEmpty && !field.summary.contains("\n"), "\(path).\(field.key)")
          check(field.shape, at: path + "." + field.key)
        }
      case .list(let element), .map(_, let element): check(element, at: path)
      case .either(let shapes): for shape in shapes { check(shape, at: path) }
      case .text, .integer, .number, .bool, .words, .anything: break
      }
    }
    for fields in [ManifestFields.top, PackageDialect.top] { check(.table(fields.map(\.fieldShape)), at: "") }
  }

  @Test func `a key that this release does not execute is told, and no other is`() throws {
    for field in Self.top where field.key != "processes" {
      let surroundings = Self.surroundings[field.key] ?? [.init("entrypoint", .string("x"))]
      for value in ShapeSamples.values(of: field.shape) {
        guard let value,
          let manifest = try? Self.read(surroundings.filter { $0.key != field.key } + [.init(field.key, value)])
        else { continue }
        let told = manifest.notYet.map(\.value)
        switch field.use {
        case .notYet: #expect(told == [field.key])
        case .described, .packing: #expect(told.isEmpty)
        case .planned: #expect(told.allSatisfy { $0.hasPrefix(field.key + ".") })
        }
      }
    }
  }
}
