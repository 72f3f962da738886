/// Why a zip archive is refused. What two programs would read in two ways is refused as well.
package enum ZipProblem: Error, Hashable, Sendable {
  // The archive.
  case noEnd
  case truncated(missing: Int)
  case trailingData(count: Int)
  case severalDisks
  case badZip64
  case badDirectory(entry: Int)
  case tooManyEntries(limit: Int)
  case largeDirectory(limit: Int)
  case tooLarge(limit: Int)
  case tooDense(ratio: Int)
  case prefix(count: Int)
  case hidden(count: Int, after: String)
  case overlap(path: String, with: String)

  // One member: how it is stored.
  case noLocalHeader(path: String)
  case localDiffers(path: String, in: String)
  case badDescriptor(path: String)
  case encrypted(path: String)
  case unknownFlags(path: String)
  case unknownMethod(Int, path: String)
  case badExtra(path: String)
  case secondName(path: String)
  case otherPermissions(path: String)
  case damaged(path: String)
  case wrongSize(path: String)
  case wrongChecksum(path: String)

  // One member: what it becomes.
  case badName(CapsulePath.Problem, name: String)
  case backslash(name: String)
  case unknownEncoding(name: String)
  case duplicate(path: String)
  case sameWhenNormalized(path: String, as: String)
  case insideFile(path: String, file: String)
  case special(path: String)
  case specialBits(path: String)
  case unclearFolder(path: String)
  case folderWithContent(path: String)
  case badLink(path: String)

  package var explanation: String {
    switch self {
    case .noEnd: "it does not end as a zip archive does"
    case .truncated(let missing): "the last \(missing) bytes are missing"
    case .trailingData(let count): "\(count) bytes follow its end"
    case .severalDisks: "it is a part of an archive of several disks"
    case .badZip64: "its zip64 records contradict the others"
    case .badDirectory(let entry): "its directory is malformed at entry \(entry)"
    case .tooManyEntries(let limit): "it has more than \(limit) members"
    case .largeDirectory(let limit): "its directory is larger than \(limit) bytes"
    case .tooLarge(let limit): "all of it together is larger than \(limit) bytes"
    case .tooDense(let ratio): "it would become more than \(ratio) times as large when unpacked"
    case .prefix(let count): "\(count) bytes stand before its first member, as in one that extracts itself"
    case .hidden(let count, let after): "\(count) bytes are hidden behind \"\(after)\""
    case .overlap(let path, let other): "\"\(path)\" overlaps with \"\(other)\""
    case .noLocalHeader(let path): "there is no header where \"\(path)\" must begin"
    case .localDiffers(let path, let what): "the header of \"\(path)\" and the directory differ in the \(what)"
    case .badDescriptor(let path): "what follows the content of \"\(path)\" is not what the directory says"
    case .encrypted(let path): "\"\(path)\" is encrypted"
    case .unknownFlags(let path): "\"\(path)\" has flags that capsrun does not know"
    case .unknownMethod(let method, let path):
      "\"\(path)\" is compressed by method \(method), and only stored and deflated members are read"
    case .badExtra(let path): "an extra field of \"\(path)\" is malformed"
    case .secondName(let path): "an extra field gives \"\(path)\" another name"
    case .otherPermissions(let path): "an extra field of \"\(path)\" holds permissions or a link of another kind"
    case .damaged(let path): "the compressed data of \"\(path)\" is damaged"
    case .wrongSize(let path): "\"\(path)\" has not the size that the directory says"
    case .wrongChecksum(let path): "the checksum of \"\(path)\" is wrong"
    case .badName(let problem, let name): "the name \"\(name)\" \(problem.explanation)"
    case .backslash(let name): "the name \"\(name)\" contains a backslash"
    case .unknownEncoding(let name): "the name \"\(name)\" is neither ASCII nor marked as UTF-8"
    case .duplicate(let path): "\"\(path)\" is in it twice"
    case .sameWhenNormalized(let path, let other): "\"\(path)\" only looks different from \"\(other)\""
    case .insideFile(let path, let file): "\"\(path)\" lies in \"\(file)\", which is no folder"
    case .special(let path): "\"\(path)\" is neither a file, nor a folder, nor a link"
    case .specialBits(let path): "\"\(path)\" has the set-user-id, set-group-id or sticky bit"
    case .unclearFolder(let path): "\"\(path)\" is a folder by its name or by its permissions, but not by both"
    case .folderWithContent(let path): "the folder \"\(path)\" has content of its own"
    case .badLink(let path): "\"\(path)\" is a link to something that is no path"
    }
  }
}
