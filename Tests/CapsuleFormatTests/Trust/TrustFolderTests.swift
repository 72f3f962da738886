import Foundation
import Linux
import Testing

@testable import CapsuleFormat

@Suite struct TrustFolderTests {
  /// A new folder, removed with its owner.
  private final class Place {
    let path: String

    init() throws {
      path = NSTemporaryDirectory() + "/capsrun-trust-" + UUID().uuidString
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    }

    deinit {
      do {
        try FileManager.default.removeItem(atPath: path)
      } catch {
        Issue.record(error)
      }
    }

    var folder: TrustFolder { TrustFolder(path + "/a/config", of: CurrentProcess.user) }
    func callAsFunction(_ name: String) -> String { path + "/a/config/" + name }

    func setMode(_ mode: Int, _ name: String) throws {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: self(name))
    }
  }

  private let key = SecretKey().publicKey
  private let day = CalendarDate(secondsSince1970: 0)

  @Test func `what was added is there, until it is removed`() throws {
    let place = try Place()
    #expect(try place.folder.read() == TrustFolder.Content())
    #expect(try place.folder.add(key))
    #expect(!(try place.folder.add(key)))
    let other = SecretKey().publicKey
    #expect(try place.folder.add(other))
    #expect(Set(try place.folder.read().keys.map(\.key)) == [key, other])
    let file = place("trusted/\(key.id).pub")
    #expect(FileManager.default.contents(atPath: file).map(Array.init) == key.file)
    #expect(try place.folder.remove(key.id) == [file])
    #expect(try place.folder.read().keys.map(\.key) == [other])
    #expect(throws: TrustError.unknownKey(key.id)) { try place.folder.remove(key.id) }
  }

  @Test func `a revoked key stays on the list and is not added again`() throws {
    let place = try Place()
    let revocation = try Revocation(key.id, on: day, because: "lost")
    #expect(try place.folder.add(key))
    #expect(try place.folder.revoke(revocation))
    #expect(!(try place.folder.revoke(revocation)))
    let other = try Revocation(SecretKey().id, on: day, because: "")
    #expect(try place.folder.revoke(other))
    #expect(try place.folder.read().revocations.all == [revocation, other])
    #expect(throws: TrustError.revokedKey(revocation)) { try place.folder.add(key) }
  }

  @Test func `of two keys with one id the second is refused`() throws {
    let place = try Place()
    #expect(try place.folder.add(key))
    let thief = PublicKey(id: key.id, key: SecretKey().publicKey.key)
    #expect(throws: TrustError.otherKeyOfSameID(key.id)) { try place.folder.add(thief) }
    #expect(try place.folder.read().keys.map(\.key) == [key])
  }

  @Test(arguments: ["", "trusted", "revoked", "trusted/KEY.pub"], [0o020, 0o002])
  func `what others can write to is refused`(name: String, bits: Int) throws {
    let place = try Place()
    #expect(try place.folder.add(key))
    #expect(try place.folder.revoke(try Revocation(SecretKey().id, on: day, because: "")))
    let name = name.replacing("KEY", with: key.id.description)
    let mode = name.isEmpty || name == "trusted" ? 0o755 : 0o644
    try place.setMode(mode | bits, name)
    let path = name.isEmpty ? place.folder.path : place(name)
    #expect(throws: TrustError.writable(path: path)) { try place.folder.read() }
    #expect(throws: TrustError.writable(path: path)) { try place.folder.add(SecretKey().publicKey) }
    try place.setMode(mode, name)
    #expect(try place.folder.read().keys.map(\.key) == [key])
  }

  @Test(.enabled(if: CurrentProcess.user == 0, "only root can give files away"), arguments: ["", "trusted", "revoked"])
  func `what belongs to another user is refused, and what is root's is not`(name: String) throws {
    let place = try Place()
    #expect(try place.folder.add(key))
    #expect(try place.folder.revoke(try Revocation(SecretKey().id, on: day, because: "")))
    let path = name.isEmpty ? place.folder.path : place(name)
    #expect(chown(path, 4242, 4242) == 0)
    #expect(throws: TrustError.foreign(path: path, owner: 4242)) { try place.folder.read() }
    #expect(try TrustFolder(place.folder.path, of: 4242).read().keys.map(\.key) == [key])
  }

  @Test func `a link in the folder is refused`() throws {
    let place = try Place()
    #expect(try place.folder.add(key))
    let file = place("trusted/\(key.id).pub")
    try FileManager.default.moveItem(atPath: file, toPath: place("elsewhere"))
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: place("elsewhere"))
    #expect { try place.folder.read() } throws: { error in
      guard case .system(let error, let path) = error as? TrustError else { return false }
      return error.errno == .tooManyLinks && path == file
    }
  }

  @Test(arguments: [("trusted/x.pub", "nonsense\n"), ("revoked", "nonsense\n")])
  func `a file that cannot be read makes all of it count for nothing`(name: String, content: String) throws {
    let place = try Place()
    #expect(try place.folder.add(key))
    try Data(content.utf8).write(to: URL(filePath: place(name)))
    try place.setMode(0o644, name)
    let expected: TrustError =
      name == "revoked"
      ? .badRevocation(path: place(name), line: 1) : .badKey(path: place(name), .lines(expected: 2))
    #expect(throws: expected) { try place.folder.read() }
    try FileManager.default.removeItem(atPath: place(name))
    #expect(try place.folder.read().keys.map(\.key) == [key])
  }

  @Test func `other files in the folder are left alone`() throws {
    let place = try Place()
    #expect(try place.folder.add(key))
    for name in ["trusted/README", "trusted/.pub", "trusted/x.pub.bak", "notes"] {
      try Data("x".utf8).write(to: URL(filePath: place(name)))
    }
    #expect(try place.folder.read().keys.map(\.key) == [key])
    #expect(try place.folder.add(SecretKey().publicKey))
  }
}
