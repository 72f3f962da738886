import Diagnostics
import Testing

@testable import CapsuleFormat
@testable import Cryptography
@testable import Linux

/// A capsule of a test, and the bill of what is in it.
struct BilledCapsule {
  let capsule = BuiltCapsule()

  func bill(time: Int? = 0, license: String? = "MIT") throws -> JSONValue {
    let draft = try CapsuleDraft.make(of: try capsule.entries(), in: try capsule.folder.open())
    let bill = BillOfMaterials(
      of: draft.id, name: "test", version: "1.2.3", license: license, time: time.map { UTCTime($0) },
      toolVersion: "0.1.0")
    let folder = capsule.folder
    return try bill.document(of: draft.listing) { (path, range) throws(CapsuleError) in
      guard path.text != "capsule.yml" else { return Array(Array(BuiltCapsule.manifest.utf8)[range]) }
      do {
        return Array(try folder.read(path.text)[range])
      } catch {
        throw .archive(.changed(path: path.text), file: path.text)
      }
    }
  }

  /// The components of a kind, by their references.
  static func components(_ bill: JSONValue, _ prefix: String) -> [JSONValue] {
    guard case .array(let components) = bill["components"] else { return [] }
    return components.filter { $0["bom-ref"]?.string?.hasPrefix(prefix) == true }
  }
}

struct BillOfMaterialsTests {
  private func venv() throws -> BilledCapsule {
    let billed = BilledCapsule()
    let site = "venv/lib/python3.11/site-packages"
    for folder in ["venv", "venv/lib", "venv/lib/python3.11", site] { billed.capsule.folder.folder(folder) }
    try billed.capsule.folder.write(
      "\(site)/Foo_Bar-1.0.dist-info/METADATA",
      "Metadata-Version: 2.1\nName: Foo_Bar\nVersion: 1.0+local\nLicense-Expression: MIT OR Apache-2.0\n\nName: other\n"
    )
    try billed.capsule.folder.write("\(site)/foo_bar/__init__.py", "import os\n")
    try billed.capsule.folder.write("\(site)/foo_bar/native.so", ELFSample().bytes, mode: 0o755)
    try billed.capsule.folder.write(
      "web/node_modules/@scope/thing/package.json",
      #"{"name": "@scope/thing", "version": "2.0.0", "license": "ISC", "dependencies": {}}"#)
    billed.capsule.folder.link("venv/current", to: "lib")
    return billed
  }

  @Test func `the whole document is as it shall be`() throws {
    let billed = BilledCapsule()
    try billed.capsule.folder.write("lib.so", ELFSample(needed: ["libc.so.6"], soname: nil).bytes)
    let bill = try billed.bill()
    let draft = try CapsuleDraft.make(of: try billed.capsule.entries(), in: try billed.capsule.folder.open())
    let digests = draft.listing.entries.map { entry in
      if case .file(_, let digest, _) = entry.content { digest.hex } else { "" }
    }
    let serial = BillOfMaterials.serialNumber(draft.id)
    let expected =
      #"{"$schema":"http://cyclonedx.org/schema/bom-1.5.schema.json","bomFormat":"CycloneDX","specVersion":"1.5","#
      + #""serialNumber":"\#(serial)","version":1,"metadata":{"timestamp":"1970-01-01T00:00:00Z","#
      + #""tools":{"components":[{"type":"application","name":"capsrun","version":"0.1.0"}]},"#
      + #""component":{"type":"application","bom-ref":"capsule","name":"test","version":"1.2.3","#
      + #""licenses":[{"expression":"MIT"}],"properties":[{"name":"capsrun:id","value":"\#(draft.id)"}]}},"#
      + #""components":[{"type":"library","bom-ref":"library:lib.so","name":"lib.so","properties":["#
      + #"{"name":"capsrun:path","value":"lib.so"},{"name":"capsrun:needed","value":"libc.so.6"}]},"#
      + #"{"type":"file","bom-ref":"file:capsule.yml","name":"capsule.yml","#
      + #""hashes":[{"alg":"SHA-256","content":"\#(digests[0])"}]},"#
      + #"{"type":"file","bom-ref":"file:lib.so","name":"lib.so","#
      + #""hashes":[{"alg":"SHA-256","content":"\#(digests[1])"}]}]}"#
    #expect(bill.text(isIndented: false) == expected)
  }

  @Test func `packages, libraries and files of a venv are found`() throws {
    let bill = try venv().bill()
    let packages = BilledCapsule.components(bill, "package:")
    #expect(packages.map { $0["purl"]?.string } == ["pkg:pypi/foo-bar@1.0%2Blocal", "pkg:npm/%40scope/thing@2.0.0"])
    #expect(packages.map { $0["name"]?.string } == ["Foo_Bar", "thing"])
    #expect(packages.map { $0["group"]?.string } == [nil, "@scope"])
    let expressions = packages.map { $0["licenses"].map { $0.text(isIndented: false) } }
    #expect(expressions == [#"[{"expression":"MIT OR Apache-2.0"}]"#, #"[{"expression":"ISC"}]"#])
    let libraries = BilledCapsule.components(bill, "library:")
    #expect(libraries.map { $0["name"]?.string } == ["libself.so.3"])
    #expect(
      libraries[0]["properties"]?.text(isIndented: false).contains(#"{"name":"capsrun:needed","value":"libtwo.so"}"#)
        == true)
    // The link is no file, and the manifest is one.
    #expect(BilledCapsule.components(bill, "file:").count == 5)
  }

  @Test func `what the schema of CycloneDX asks for is there`() throws {
    let bill = try venv().bill()
    #expect(bill["bomFormat"] == .string("CycloneDX"))
    #expect(bill["specVersion"] == .string("1.5"))
    let serial = try #require(bill["serialNumber"]?.string)
    #expect(
      try Regex("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$").wholeMatch(in: serial)
        != nil)
    var references: Set<String> = ["capsule"]
    let components = BilledCapsule.components(bill, "")
    #expect(components.count == 8)
    for component in components {
      #expect(["file", "library"].contains(component["type"]?.string))
      #expect(component["name"]?.string?.isEmpty == false)
      #expect(references.insert(try #require(component["bom-ref"]?.string)).inserted)
    }
    #expect(bill["metadata"]?["timestamp"] == .string("1970-01-01T00:00:00Z"))
  }

  @Test func `the same capsule has the same bill, and another one another number`() throws {
    let billed = try venv()
    let bill = try billed.bill()
    #expect(try billed.bill() == bill)
    #expect(try venv().bill() == bill)
    #expect(try billed.bill(time: nil)["metadata"]?["timestamp"] == nil)
    #expect(try billed.bill(license: nil)["metadata"]?["component"]?["licenses"] == nil)
    try billed.capsule.folder.write("more", "")
    #expect(try billed.bill()["serialNumber"] != bill["serialNumber"])
  }

  @Test(arguments: [
    ("Name: a\nVersion: 1\n", "a 1 nil"), ("name: a\r\nVERSION:1\r\n\r\nbody", "a 1 nil"),
    ("Name: a\nVersion: 1\nLicense: BSD\n", #"a 1 words("BSD")"#),
    ("Name: a\nVersion: 1\nLicense: UNKNOWN\n", "a 1 nil"),
    ("Name: a\nVersion: 1\nLicense: Long\n  Version: 2\n", #"a 1 words("Long")"#),
    ("Name: a\nVersion: 1\nLicense: x\nLicense-Expression: MIT\n", #"a 1 expression("MIT")"#),
    ("Name: a\nVersion: 1\nLicense-Expression: not an expression\n", #"a 1 words("not an expression")"#),
    ("Name: a\nName: b\nVersion: 1\n", "a 1 nil"), ("Name: a\n\nVersion: 1\n", "none"), ("Version: 1\n", "none"),
    ("Name:\nVersion: 1\n", "none"), ("", "none"), ("\0\u{1}", "none"),
  ])
  func `the metadata of Python is read up to its text`(text: String, expected: String) throws {
    #expect(describe(.python, text) == expected)
  }

  @Test(arguments: [
    (#"{"name":"a","version":"1"}"#, "a 1 nil"),
    (#"{"name":"a","version":"1","license":"MIT"}"#, #"a 1 expression("MIT")"#),
    (#"{"name":"a","version":"1","license":"SEE LICENSE IN x.txt"}"#, #"a 1 words("SEE LICENSE IN x.txt")"#),
    (#"{"name":"a","version":"1","license":"UNLICENSED"}"#, #"a 1 words("UNLICENSED")"#),
    (#"{"name":"a","version":"1","license":{"type":"ISC","url":"x"}}"#, #"a 1 expression("ISC")"#),
    (#"{"name":"a","version":"1","license":""}"#, "a 1 nil"), (#"{"name":"a","version":"1","license":[1]}"#, "a 1 nil"),
    (#"{"name":"a"}"#, "none"), (#"{"name":1,"version":"1"}"#, "none"), (#"{"name":"a/b","version":"1"}"#, "none"),
    (#"{"name":"","version":"1"}"#, "none"), ("[]", "none"), ("{", "none"), ("\u{FEFF}", "none"),
    (String(repeating: "[", count: 100_000), "none"),
  ])
  func `a package file of npm is read, or describes no package`(text: String, expected: String) {
    #expect(describe(.npm, text) == expected)
  }

  private func describe(_ kind: BundledPackage.Description, _ text: String) -> String {
    do {
      guard let package = kind.package(Array(text.utf8), path: try CapsulePath("package.json")) else { return "none" }
      return "\(package.name) \(package.version) \(package.license.map { "\($0)" } ?? "nil")"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    ("METADATA", false), ("a.dist-info/METADATA", true), ("x/a.dist-info/METADATA", true),
    ("a.dist-info/x/METADATA", false), ("a.dist-info/metadata", false), ("package.json", true),
    ("x/package.json", true), ("package.json/x", false),
  ])
  func `packages are known by the names of two files`(path: String, isOne: Bool) throws {
    #expect((BundledPackage.Description(try CapsulePath(path)) != nil) == isOne)
  }

  @Test(arguments: [
    ("zope.interface", "1", "pkg:pypi/zope-interface@1"), ("A__b-.c", "1!2", "pkg:pypi/a-b-c@1%212"),
    ("\u{fc}", "1\n", "pkg:pypi/%C3%BC@1%0A"),
  ])
  func `the addresses of packages are encoded`(name: String, version: String, url: String) {
    #expect(PackageURL.pypi(name, version: version) == url)
  }
}
