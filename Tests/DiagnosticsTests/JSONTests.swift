import Diagnostics
import Foundation
import Testing

@Suite struct JSONTests {
  private struct Sample: Codable, Hashable {
    var text = "a\"b\\c\n\u{1}ü"
    var number = -3
    var flag = true
    var none: String?
    var list: [[UInt32]] = [[1, 2], []]
    var nested: [Inner] = [Inner(name: "x")]

    struct Inner: Codable, Hashable {
      var name: String
    }
  }

  @Test func `what is encoded here is decoded elsewhere to the same value`() throws {
    for isIndented in [true, false] {
      let text = try JSONValue(encoding: Sample()).text(isIndented: isIndented)
      #expect(try JSONDecoder().decode(Sample.self, from: Data(text.utf8)) == Sample())
    }
  }

  @Test func `keys keep the order in which the value encodes them`() throws {
    let text = try JSONValue(encoding: Sample()).text(isIndented: false)
    #expect(text.hasPrefix(#"{"text":"a\"b\\c\n\u0001ü","number":-3,"flag":true,"list":[[1,2],[]]"#))
  }

  @Test func `a floating-point number is refused`() {
    #expect(throws: EncodingError.self) { try JSONValue(encoding: ["x": 1.5]) }
  }

  @Test func `diagnostics as JSON carry place, hint and exit code`() throws {
    let location = SourceLocation(file: "a.yml", line: 2, column: 4, lineText: "x")
    let list = DiagnosticList([
      Diagnostic("careful", severity: .warning, exitCode: .success),
      Diagnostic("wrong", at: location, hint: "mend it", exitCode: .badData),
    ])
    #expect(
      list.json.text(isIndented: false)
        == #"{"diagnostics":[{"severity":"warning","message":"careful"},{"severity":"error","message":"wrong","#
        + #""file":"a.yml","line":2,"column":4,"hint":"mend it"}],"exit_code":65}"#)
  }

  @Test func `warnings alone are a success`() {
    #expect(DiagnosticList([Diagnostic("x", severity: .warning, exitCode: .failed)]).exitCode == .success)
  }
}
