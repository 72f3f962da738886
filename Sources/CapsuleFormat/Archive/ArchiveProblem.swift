/// Why a file is no capsule, or not one to unpack.
package enum ArchiveProblem: Error, Hashable, Sendable {
  case unknownContainer
  case notOurs(ArchiveContainer)
  case headerIsCut
  case otherWayOfGzip
  case badPieceTable(PieceTableProblem)
  case truncated(missing: Int)
  case trailingData(count: Int)
  case badPiece(index: Int)
  case badChecksum
  case tooDense(ratio: Int)
  case tooLarge(what: String, limit: Int)
  case listing(line: Int, ListingProblem)
  case wrongMember(MemberProblem)
  case wrongContent(path: CapsulePath)
  case badPadding(path: String)
  case incomplete(path: String)
  case afterTheEnd
  case badMetadata(String)
  case badManifest(String)
  case changed(path: String)

  package var explanation: String {
    switch self {
    case .unknownContainer: "it is neither gzip nor zstd"
    case .notOurs(.gzip): "its gzip header has no table of pieces, so capsrun did not build it"
    case .notOurs(.zstd):
      "it does not end with a table of frames, so its end is missing, something follows it, or capsrun did not build it"
    case .headerIsCut: "its gzip header ends early"
    case .otherWayOfGzip: "its gzip header is not written in the one way that there is"
    case .badPieceTable(let problem): "its table of pieces \(problem.explanation)"
    case .truncated(let missing): "the last \(missing) bytes are missing"
    case .trailingData(let count): "\(count) bytes follow its end"
    case .badPiece(let index):
      "piece \(index) of its compressed data is damaged, or not of the size that its table says"
    case .badChecksum: "its checksum is wrong"
    case .tooDense(let ratio): "it would become more than \(ratio) times as large when unpacked"
    case .tooLarge(let what, let limit): "\(what) is larger than \(limit) bytes"
    case .listing(let line, let problem): "line \(line) of its listing \(problem.explanation)"
    case .wrongMember(let problem): problem.explanation
    case .wrongContent(let path): "the content of \"\(path)\" is not what the listing says"
    case .badPadding(let path): "something is hidden behind the content of \"\(path)\""
    case .incomplete(let path): "it ends before \"\(path)\""
    case .afterTheEnd: "members follow the last one of its listing"
    case .badMetadata(let why): "its \(ReservedName.metadata) \(why)"
    case .badManifest(let why): "its \(ReservedName.manifest) \(why)"
    case .changed(let path): "\"\(path)\" changed while it was packed"
    }
  }
}

extension ArchiveProblem {
  static let allTooLarge = tooLarge(what: "all of it together", limit: ArchiveLimits.largestArchive)
}

/// Where the table of an archive's pieces contradicts itself or the file.
package enum PieceTableProblem: Hashable, Sendable {
  case empty
  case length
  case count(Int, expected: Int)
  case tooMany(Int)
  case pieceSize(Int, piece: Int)
  case largerThanFile
  case otherWayOfWriting

  package var explanation: String {
    switch self {
    case .empty: "says that there is nothing"
    case .length: "is of another length than it says"
    case .count(let count, let expected): "has \(count) of them, and not the \(expected) that its total needs"
    case .tooMany(let count): "has \(count) of them, which are more than there may be"
    case .pieceSize(let size, let piece): "says that piece \(piece) has \(size) bytes, which cannot be"
    case .largerThanFile: "is larger than the file"
    case .otherWayOfWriting: "is not written in the one way that there is"
    }
  }
}

/// What is wrong with the listing of a capsule.
package enum ListingProblem: Error, Hashable, Sendable {
  case format
  case newerFormat(String)
  case notALine
  case badPath(CapsulePath.Problem)
  case notOrdered
  case duplicate
  case sameWhenNormalized(as: String)
  case parentIsNotListed
  case parentIsLink(CapsulePath)
  case linkToAbsolutePath(target: String)
  case linkLeadsOut(target: String)
  case linkLoop(target: String)
  case badTarget
  case reservedName
  case noManifest
  case badManifest
  case fileTooLarge(limit: Int)
  case tooManyEntries(limit: Int)
  case notCanonical

  package var explanation: String {
    switch self {
    case .format: "does not say that it is a listing"
    case .newerFormat(let format): "is of format \(format), which needs a newer capsrun"
    case .notALine: "is neither a file, nor a folder, nor a link"
    case .badPath(let problem): "has a path that \(problem.explanation)"
    case .notOrdered: "is not in order"
    case .duplicate: "has the path of the line before"
    case .sameWhenNormalized(let other): "has a path that only looks different from \"\(other)\""
    case .parentIsNotListed: "lies in something that is no folder of the listing"
    case .parentIsLink(let link): "lies behind the link \"\(link)\""
    case .linkToAbsolutePath(let target): "is a link to the absolute path \"\(target)\""
    case .linkLeadsOut(let target): "is a link to \"\(target)\", which leads out of the capsule"
    case .linkLoop(let target): "is a link to \"\(target)\", which leads back to itself or through more than 40 links"
    case .badTarget: "is a link to something that is no path"
    case .reservedName: "has a name that is reserved"
    case .noManifest: "is the end, and there was no manifest"
    case .badManifest: "is the manifest, and no plain file of at most \(ArchiveLimits.largestManifest) bytes"
    case .fileTooLarge(let limit): "is a file of more than \(limit) bytes"
    case .tooManyEntries(let limit): "is beyond the \(limit) entries that a capsule may have"
    case .notCanonical: "is not written in the one way that there is"
    }
  }
}
