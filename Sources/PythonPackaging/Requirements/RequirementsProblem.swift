/// Something in a requirements file that cannot be understood, or not be verified.
package struct RequirementsProblem: Error, Hashable, Sendable {
  package enum Kind: Error, Hashable, Sendable {
    case notUTF8
    case syntax(String)
    case unknownOption(String)
    case missingValue(option: String)
    case excessValue(option: String)
    case optionBesideRequirement(String)
    case optionWithoutRequirement(String)
    case unclosedQuotation
    case unknownHash(String)
    case brokenHash(String)
    case namesNoPackage(String)
    case environmentVariable(String)
    case includesItself(String)
    case cannotInclude(String, InclusionRefusal)
    case remoteFile(String)
    case tooDeep(String)
    case constraintWithExtras(PackageName)
    case editableConstraint
  }

  package let place: TextPlace
  package let kind: Kind

  /// Whether what was understood can be verified all the same.
  package var isWarning: Bool {
    if case .namesNoPackage = kind { true } else { false }
  }

  package var explanation: String { kind.explanation }
  package var hint: String { kind.hint }
}

/// Why a file is not included; the caller of the reader gives it.
package struct InclusionRefusal: Error, Hashable, Sendable {
  package let explanation: String
  package let hint: String?

  package init(_ explanation: String, hint: String? = nil) {
    self.explanation = explanation
    self.hint = hint
  }
}

extension RequirementsProblem.Kind {
  /// What is wrong, in words.
  var explanation: String {
    switch self {
    case .notUTF8: "this is not UTF-8 text"
    case .syntax(let explanation): explanation
    case .unknownOption(let option): "requirements files have no option \(quoted(option))"
    case .missingValue(let option): "\(option) needs a value"
    case .excessValue(let option): "\(option) takes no value"
    case .optionBesideRequirement(let option): "\(option) cannot stand beside a requirement"
    case .optionWithoutRequirement(let option): "\(option) belongs behind a requirement"
    case .unclosedQuotation: "the quotation mark is not closed"
    case .unknownHash(let algorithm): "there is no hash \(quoted(algorithm))"
    case .brokenHash(let text): "\(quoted(text)) is no hash: its digits are too few, too many or not hexadecimal"
    case .namesNoPackage(let text): "cannot verify \(quoted(text)): it names no package"
    case .environmentVariable(let name):
      "${\(name)} stands for a variable of the environment, which differs from machine to machine"
    case .includesItself(let path): "\(quoted(path)) includes itself"
    case .cannotInclude(let path, let refusal): "cannot include \(quoted(path)): \(refusal.explanation)"
    case .remoteFile(let address): "cannot include \(quoted(address)): nothing is downloaded"
    case .tooDeep(let path): "cannot include \(quoted(path)): files include each other too deeply"
    case .constraintWithExtras(let name): "the constraint on \(quoted(name.text)) has extras"
    case .editableConstraint: "an editable requirement cannot be a constraint"
    }
  }

  /// The one thing to do.
  var hint: String {
    switch self {
    case .notUTF8: "save the file as UTF-8"
    case .syntax: "write, for example, requests[socks] ~= 2.31 ; python_version >= \"3.9\""
    case .unknownOption: "remove it, or write one that pip knows in such files"
    case .missingValue(let option): "write \(option) VALUE"
    case .excessValue(let option): "write \(option) alone"
    case .optionBesideRequirement: "put it on a line of its own"
    case .optionWithoutRequirement: "put it at the end of the line of the requirement"
    case .unclosedQuotation: "close it on the same line"
    case .unknownHash: "use sha256, sha384 or sha512"
    case .brokenHash: "write --hash=sha256: and 64 hexadecimal digits in small letters"
    case .namesNoPackage: "write NAME @ ADDRESS, or add #egg=NAME"
    case .environmentVariable: "write its value"
    case .includesItself, .tooDeep: "include each file once"
    case .cannotInclude(_, let refusal): refusal.hint ?? "put the file into the capsule"
    case .remoteFile: "put the file into the capsule, and include it from there"
    case .constraintWithExtras: "put the extras into the requirement"
    case .editableConstraint: "put it into the requirements"
    }
  }
}
