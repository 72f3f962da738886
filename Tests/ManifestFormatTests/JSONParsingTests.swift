import Diagnostics
import Testing

@testable import ManifestFormat

struct JSONParsingTests {
  @Test func `a document comes back as it was written`() throws {
    let text = #"{"a":[1,-2.5,true,null,"x\n"],"b":{"c":{}}}"#
    let value = try JSONValue.parse(Array(text.utf8), file: "x")
    #expect(value.text(isIndented: false) == text)
    #expect(value["b"]?["c"] == .object([]))
    #expect(value["a"]?["b"] == nil)
  }

  @Test(arguments: ["", "{", "{} {}", #"{"a":1,"a":2}"#, "nul", "{'a': 1}"])
  func `anything else is refused`(text: String) {
    #expect(throws: Diagnostic.self) { try JSONValue.parse(Array(text.utf8), file: "x") }
  }
}
