package import Diagnostics
internal import ManifestFormat

/// The profiles of `profiles/` with their groups, from which whole profiles are made.
package struct ProfileLibrary: Sendable {
  private var groups: [String: [String]] = [:]
  private var files: [String: ProfileFile] = [:]

  /// Takes the file of groups, and the files of profiles by their names.
  package init(groups file: ProfileFile, profiles: [String: ProfileFile]) throws(Diagnostic) {
    files = profiles
    for group in file.groups {
      var members: [String] = []
      // A group stands above those that have it as a member, so that there are no circles.
      for member in group.members { members += try calls(member, in: file) }
      guard group.name.value.hasPrefix("@"), groups.updateValue(members, forKey: group.name.value) == nil else {
        throw file.source.error("\(quoted(group.name.value)) is no new name with @", at: group.name.position)
      }
    }
  }

  /// A whole profile: what it extends, then what it says of groups, then what it says of calls by their names.
  package func profile(_ name: String) throws(Diagnostic) -> SeccompProfile {
    try profile(name, below: [])
  }

  private func profile(_ name: String, below: [String]) throws(Diagnostic) -> SeccompProfile {
    guard let file = files[name] else {
      throw Diagnostic("there is no seccomp profile \(quoted(name))", exitCode: .badData)
    }
    var result = SeccompProfile()
    if let base = file.extends {
      guard files[base.value] != nil, base.value != name, !below.contains(base.value) else {
        throw file.source.error("cannot extend \(quoted(base.value))", at: base.position)
      }
      result = try profile(base.value, below: below + [name])
    }
    result.description = file.description
    try add(groupsOf: file, to: &result)
    try add(namesOf: file, to: &result)
    return result
  }

  private func add(groupsOf file: ProfileFile, to profile: inout SeccompProfile) throws(Diagnostic) {
    var given: [String: SeccompProfile.Answer] = [:]
    for (answer, names) in file.lists {
      for name in names where name.value.hasPrefix("@") {
        for call in try calls(name, in: file) {
          if let other = given.updateValue(answer, forKey: call), other != answer {
            throw file.source.error(
              "groups give the call \(quoted(call)) the answers \(other.rawValue) and \(answer.rawValue)",
              at: name.position)
          }
          profile.answers[call] = answer
          profile.arguments[call] = nil
        }
      }
    }
  }

  private func add(namesOf file: ProfileFile, to profile: inout SeccompProfile) throws(Diagnostic) {
    var given: Set<String> = []
    for (answer, names) in file.lists {
      for name in names where !name.value.hasPrefix("@") {
        guard given.insert(name.value).inserted else { throw twice(name, file) }
        profile.answers[name.value] = answer
        profile.arguments[name.value] = nil
      }
    }
    for (call, rule) in file.rules {
      guard given.insert(call.value).inserted else { throw twice(call, file) }
      profile.arguments[call.value] = rule
      profile.answers[call.value] = nil
    }
  }

  private func twice(_ name: ProfileFile.Named, _ file: ProfileFile) -> Diagnostic {
    file.source.error("the call \(quoted(name.value)) is named twice", at: name.position)
  }

  /// The calls that a name stands for.
  private func calls(_ name: ProfileFile.Named, in file: ProfileFile) throws(Diagnostic) -> [String] {
    guard name.value.hasPrefix("@") else { return [name.value] }
    guard let members = groups[name.value] else {
      let near = suggestion(for: name.value, among: groups.keys.sorted())
      throw file.source.error(
        "there is no group \(quoted(name.value))", at: name.position, hint: near.map { "did you mean \(quoted($0))?" })
    }
    return members
  }
}
