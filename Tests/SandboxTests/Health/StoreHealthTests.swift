import Linux
import Testing

@testable import Sandbox

@Suite struct StoreHealthTests {
  static let places: [(isRoot: Bool, environment: [String: String], Result<String, StoreLocationError>)] = [
    (true, ["HOME": "/root", "XDG_DATA_HOME": "/x"], .success("/var/lib/capsrun")),
    (true, ["CAPSRUN_STORE": "/s/"], .success("/s")), (false, ["CAPSRUN_STORE": "/s", "HOME": "/h"], .success("/s")),
    (false, ["CAPSRUN_STORE": "", "HOME": "/h"], .success("/h/.local/share/capsrun")),
    (false, ["HOME": "/h", "XDG_DATA_HOME": "/x"], .success("/x/capsrun")),
    (false, ["HOME": "/h", "XDG_DATA_HOME": "x"], .success("/h/.local/share/capsrun")),
    (false, ["HOME": "/"], .success("/.local/share/capsrun")), (false, [:], .failure(.noHome)),
    (false, ["HOME": "h"], .failure(.relative(variable: "HOME"))),
    (true, ["CAPSRUN_STORE": "s"], .failure(.relative(variable: "CAPSRUN_STORE"))),
  ]

  @Test(arguments: places) func `the store lies where the environment says`(
    isRoot: Bool, environment: [String: String], expected: Result<String, StoreLocationError>
  ) {
    #expect(StoreLocation.path(isRoot: isRoot) { environment[$0] } == expected)
  }

  @Test(arguments: [
    ("/a/b/c", ["/a/b/c", "/a/b", "/a", "/"]), ("/a", ["/a", "/"]), ("/", ["/"]), ("/a//b", ["/a//b", "/a", "/"]),
  ])
  func `the folders above the store are tried from the nearest on`(path: String, expected: [String]) {
    #expect(StoreLocation.candidates(path) == expected)
  }

  private static var healthy: StoreFacts {
    var facts = StoreFacts(store: .success("/h/s"))
    facts.folder = .success("/h")
    facts.overlayOnStore = .worked
    facts.overlayInMemory = .worked
    facts.idmapped = .worked
    facts.isRoot = true
    return facts
  }

  static let overlays: [(Change<StoreFacts>, Expected)] = [
    ({ _ in }, Expected(.ok, "works on /h", fix: nil)),
    (
      { $0.overlayOnStore = failed(.mount, "EINVAL") },
      Expected(.degraded, "not on /h: invalid argument", fix: "CAPSRUN_STORE")
    ),
    (
      {
        $0.overlayOnStore = failed(.mount, "ENODEV")
        $0.overlayInMemory = failed(.mount, "ENODEV")
      }, Expected(.missing, "ENODEV", fix: "modprobe overlay")
    ),
    (
      {
        $0.overlayOnStore = failed(.mount, "EPERM")
        $0.overlayInMemory = failed(.mount, "EPERM")
      }, Expected(.missing, "EPERM", fix: "Linux 5.11")
    ),
    (
      {
        $0.overlayOnStore = nil
        $0.overlayInMemory = nil
      }, Expected(.unknown, "without user namespaces", fix: nil)
    ),
    ({ $0.folder = .failure(error(.open, "EACCES")) }, Expected(.unknown, "EACCES", fix: "CAPSRUN_STORE")),
    ({ $0.store = .failure(.noHome) }, Expected(.unknown, "HOME", fix: "set HOME")),
    (
      { $0.store = .failure(.relative(variable: "CAPSRUN_STORE")) },
      Expected(.unknown, "no absolute path", fix: "set CAPSRUN_STORE")
    ),
  ]

  @Test(arguments: overlays) func `an overlay is told by where it works`(change: Change<StoreFacts>, expected: Expected)
  {
    let verdict = changed(Self.healthy, change).overlayVerdict
    #expect(expected.matches(verdict), "\(verdict)")
  }

  static let idmapped: [(Change<StoreFacts>, Expected)] = [
    ({ _ in }, Expected(.ok, "work on /h", fix: nil)),
    ({ $0.isRoot = false }, Expected(.ok, "not needed by an ordinary user", fix: nil)),
    ({ $0.idmapped = failed(.mount_setattr, "EINVAL") }, Expected(.missing, "not on /h", fix: "CAPSRUN_STORE")),
    ({ $0.idmapped = failed(.mount_setattr, "ENOSYS") }, Expected(.missing, "ENOSYS", fix: "Linux 5.12")),
    ({ $0.idmapped = failed(.clone3, "EPERM") }, Expected(.unknown, "EPERM", fix: nil)),
    ({ $0.idmapped = nil }, Expected(.unknown, "cannot be tried", fix: nil)),
    ({ $0.folder = nil }, Expected(.unknown, "no place", fix: nil)),
  ]

  @Test(arguments: idmapped) func `idmapped mounts are told for root`(change: Change<StoreFacts>, expected: Expected) {
    let verdict = changed(Self.healthy, change).idmappedVerdict
    #expect(expected.matches(verdict), "\(verdict)")
  }
}
