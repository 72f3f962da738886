internal import Diagnostics

/// A manifest while it is read; what is required may still be missing.
struct ManifestDraft: Sendable {
  var manifest = Manifest()
  var format: Int?
  var schema: String?
  var name: String?
}

/// The keys of a manifest in the native dialect. The tables below them stand in the files beside this one.
enum ManifestFields {
  static let top: [Field<ManifestDraft>] =
    [
      Field("capsule", "the number of the manifest format, 1", formatNumber, into: \.format, use: .planned).required,
      Field("$schema", "for editors; never fetched", .text, into: \.schema, use: .described),
      Field("name", "the capsule's name; default: that of its folder", .capsuleName, into: \.name, use: .planned),
      Field(
        "version", "the capsule's version, as in SemVer", .version, into: \.manifest.about.version, use: .described),
    ] + AboutFields.fields + shared

  /// What every dialect spells in the same way.
  static let shared: [Field<ManifestDraft>] =
    [
      Field(
        "entrypoint", "the one program of the capsule, a path in it; runs as the process \"main\"",
        .located(.capsulePath), into: \.manifest.entrypoint, use: .planned),
      Field(
        "services", "names of instances of the entrypoint, each a process of its own", .set(of: .located(.processName)),
        into: \.manifest.services, use: .planned),
      Field(
        "processes", "the programs of the capsule, by name", .named(keys: Names.key, ProcessFields.form),
        into: \.manifest.processes, use: .planned),
      Field(
        "groups", "how the processes of a group are started again", .map(keys: Names.key, to: ProcessFields.group),
        into: \.manifest.groups, use: .planned),
      Field(
        "env", "environment variables of every process", .variables, into: \.manifest.environment, use: .planned),
      Field(
        "files", "where files of the source go in the capsule, by their path in the source", .fileMap,
        into: \.manifest.files, use: .notYet),
    ] + RightsFields.fields + BehaviourFields.fields + ExtensionFields.fields

  static let formatNumber = Form<Int>(
    shape: .integer(1...1),
    read: { node, decoder in
      guard case .scalar(let scalar) = node.content, scalar.kind == .integer, let number = scalar.integer else {
        decoder.report("must be the number of the manifest format", at: node, hint: "write: capsule: 1")
        return nil
      }
      if number != 1 {
        decoder.problem(
          "manifest format \(number) is not known to this release", at: node.position,
          hint: number > 1 ? "a newer release of capsrun is needed" : "write: capsule: 1")
      }
      return number
    },
    write: { .integer(Int64($0)) })
}

extension Form where Value == String {
  static let processName = text("the name of a process", pattern: Names.pattern, Names.problemOfName)
}

extension Form where Value == [String: String] {
  /// Where files go, by where they are.
  static let fileMap = map(
    keys: KeyForm(pattern: "^[^/]") { key in
      do throws(AbsolutePath.Problem) {
        _ = try RelativePath(key)
        return nil
      } catch {
        return TextProblem(explanation: error.explanation, hint: "write a path below the folder of the manifest")
      }
    },
    to: .capsulePath)
}
