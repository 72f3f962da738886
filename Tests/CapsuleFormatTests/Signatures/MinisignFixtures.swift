import CapsuleFormat
import Cryptography
import Testing

/// Files that minisign 0.11 has made. The secret key has been published here, and must not be trusted anywhere.
enum MinisignFixtures {
  static let id = "C8B667DF51CA52EA"
  static let content = Array("hello\n".utf8)

  static let publicKey = """
    untrusted comment: minisign public key C8B667DF51CA52EA
    RWTqUspR32e2yJUmJjIZIqdKQeEC11SxKVBmpfqjDcdpxkpe5VfExlfR

    """

  static let secretKey = """
    untrusted comment: minisign encrypted secret key
    RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA6lLKUd9ntsjo5iKNVY/keAGipb97hCOpJpIwd0zK\
    52XZ3w5SGXcXe5UmJjIZIqdKQeEC11SxKVBmpfqjDcdpxkpe5VfExlfRAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

    """

  static let signature = """
    untrusted comment: signature from minisign secret key
    RUTqUspR32e2yBvP72jPpGe/llE4U7fQsPhxlHFmaMMWMs0V31jGfGIYQrDacNHCy5ucmel/wMCxM2akNCdf416UI/iEy03GtgQ=
    trusted comment: timestamp:1795263127\tfile:f\thashed
    bcI9kFRIqQPkiVac+5I1C6h/Zyaj5fusgjTh7JotiH2sL8FqvEgU+VfPFscKdGM+GJUDzyW0ag2VeF9qb55RAg==

    """

  static let legacySignature = """
    untrusted comment: signature from minisign secret key
    RWTqUspR32e2yIhVUjvC2gbyt3dsDvgzzYaBo9MGfO/jPfgaXU+XOJ2TkW5dDHa9E2nQHmwpdTa3Igg+rKzS5ImSFA5gFk+AOw4=
    trusted comment: timestamp:1\tfile:f
    s7VADzcTpGfnGt2YCrYmRsPmZiJrD5vHhGEXs3wrCuUBA7I0vT9skoDwZA8LGoc7SHiMgUui5R0dNnNbIuKMAw==

    """

  static func hash(_ content: [UInt8]) -> SignedContent {
    var hash = BLAKE2b()
    hash.add(content)
    return .hash(ContentHash(hash))
  }

  static func contentHash(_ content: [UInt8]) -> ContentHash {
    var hash = BLAKE2b()
    hash.add(content)
    return ContentHash(hash)
  }

  static func key() throws -> PublicKey { try PublicKey(file: Array(publicKey.utf8)) }
}
