/// What stands in an archive where the listing says that something else is.
package enum MemberProblem: Error, Hashable, Sendable {
  case noHeader
  case badHeaderChecksum
  case foreignHeader
  case badPath(CapsulePath.Problem, path: String)
  case device(path: String)
  case fifo(path: String)
  case hardLink(path: String)
  case sparse(path: String)
  case gnuLongName
  case globalPax
  case badPax(path: String)
  case paxRecord(key: String, path: String)
  case paxTwice(path: String)
  case unknownType(UInt8, path: String)
  case specialBits(path: String)
  case owner(path: String)
  case differs(path: String, expected: String)
  case another(path: String, expected: String)
  case linkInstead(path: String)
  case badNumber(path: String)
  case otherTime(path: String)
  case notPlain(path: String)
  case otherWayOfWriting(path: String)

  package var explanation: String {
    switch self {
    case .noHeader: "there is no tar header where one must be"
    case .badHeaderChecksum: "the checksum of a tar header is wrong"
    case .foreignHeader: "a tar header is of another dialect than ustar"
    case .badPath(let problem, let path): "the path \"\(path)\" \(problem.explanation)"
    case .device(let path): "\"\(path)\" is a device"
    case .fifo(let path): "\"\(path)\" is a FIFO"
    case .hardLink(let path): "\"\(path)\" is a hard link, which no capsule has"
    case .sparse(let path): "\"\(path)\" is a sparse file of GNU tar"
    case .gnuLongName: "it has a long name in the way of GNU tar"
    case .globalPax: "it has a global pax header"
    case .badPax(let path): "a pax header before \"\(path)\" is malformed"
    case .paxRecord(let key, let path): "a pax header before \"\(path)\" says what it must not: \(key)"
    case .paxTwice(let path): "a pax header before \"\(path)\" says path or linkpath more than once"
    case .unknownType(let type, let path): "\"\(path)\" is of the unknown type \(type)"
    case .specialBits(let path): "\"\(path)\" has the set-user-id, set-group-id or sticky bit, or other odd permissions"
    case .owner(let path): "\"\(path)\" names an owner"
    case .differs(let path, let expected): "\"\(path)\" is not the \(expected) of the listing"
    case .another(let path, let expected): "\"\(path)\" comes where \"\(expected)\" must be"
    case .linkInstead(let path): "\"\(path)\" is a link, and not what the listing says"
    case .badNumber(let path): "the header of \"\(path)\" has a number that is not octal"
    case .otherTime(let path): "the time of \"\(path)\" is not that of the others"
    case .notPlain(let path): "\"\(path)\" is not the plain file that must come there"
    case .otherWayOfWriting(let path): "the header of \"\(path)\" is not written in the one way that there is"
    }
  }
}
