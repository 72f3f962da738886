import Diagnostics
import Testing

@testable import CapsrunCLI

@Suite struct EnvironmentFileTests {
  private func read(_ bytes: [UInt8]) throws -> [String: String] {
    try EnvironmentFile.variables(in: bytes, of: "x.env")
  }

  /// The problems as `LINE:COLUMN message`.
  private func problems(_ bytes: [UInt8]) -> [String] {
    do {
      return try read(bytes).map { "\($0)=\($1)" }
    } catch let list as DiagnosticList {
      return list.all.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0) \($0.message)" }
    } catch {
      return ["\(error)"]
    }
  }

  @Test(arguments: [
    ("", [:]), ("A=1", ["A": "1"]), ("A=1\nB=2\n", ["A": "1", "B": "2"]), ("A=\n", ["A": ""]),
    ("\n  \t\n# A=1\n \t# B=2\n#\nC=3\n\n", ["C": "3"]), ("A=1\r\nB=2\r\n", ["A": "1", "B": "2"]),
    ("A= b # c ", ["A": " b # c "]), ("A=\"b\" 'c'", ["A": "\"b\" 'c'"]), ("A==b=c", ["A": "=b=c"]),
    ("A=$HOME `id` \\n", ["A": "$HOME `id` \\n"]), ("_a9=\tü\u{301}", ["_a9": "\tü\u{301}"]),
    ("A=\u{301}x", ["A": "\u{301}x"]), ("\u{FEFF}A=1", ["A": "1"]),
  ])
  func `a file says what stands in it, and nothing is evaluated`(text: String, variables: [String: String]) throws {
    #expect(try read(Array(text.utf8)) == variables)
  }

  private static let badName = "no name of a variable stands before the \"=\""
  private static let noSign = "there is no \"=\" behind the name"

  @Test(arguments: [
    ("A=1\nexport B=2", "2:7 " + badName), (" A=1", "1:1 " + badName), ("A =1", "1:2 " + badName),
    ("1A=1", "1:1 " + badName), ("=1", "1:1 " + badName), ("Ä=1", "1:1 " + badName), ("A-B=1", "1:2 " + badName),
    ("{A: 1}", "1:1 " + badName), ("A", "1:2 " + noSign), ("A=1\nABC\n", "2:4 " + noSign),
    ("A=1\n\nA=1\n", "3:1 A is given twice"), ("A=a\0b", "1:4 a control character"),
    ("A=üa\u{1B}[1m", "1:5 a control character"), ("A=1\rB=2", "1:4 a control character"),
    ("# \0", "1:3 a control character"), ("A=\u{85}", "1:3 a control character"),
  ])
  func `anything else is a mistake with its place`(text: String, problem: String) {
    #expect(problems(Array(text.utf8)) == [problem])
  }

  @Test func `what is not UTF-8 has its place too`() {
    let text = "A=1\nB=ü"
    #expect(problems(Array(text.utf8) + [0xFF, 0x61]) == ["2:4 not UTF-8 text"])
    #expect(problems(Array(text.utf8) + [0xC3]) == ["2:4 not UTF-8 text"])
  }

  @Test func `all mistakes are told, and of each line only where it is wrong`() {
    let text = "-----BEGIN KEY-----\nhunter2\nA=hunter2\nA=hunter2\n9=hunter2\nhunter2 hunter2\n"
    do {
      #expect(try read(Array(text.utf8)).isEmpty)
    } catch let list as DiagnosticList {
      #expect(list.all.map { $0.location?.line } == [1, 2, 4, 5, 6] && list.exitCode == .badData)
      for one in list.all {
        #expect(!one.text(isColoured: false).contains("hunter2"))
        #expect(!one.json.text(isIndented: false).contains("hunter2"))
      }
    } catch {
      Issue.record(error)
    }
  }
}
