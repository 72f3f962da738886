import Testing

@testable import PythonPackaging

struct FileVerificationTests {
  /// A digest that is no SHA-256, but as long as one; only the caller knows the real one.
  private func digest(_ seed: UInt8) -> [UInt8] { (0..<32).map { seed &+ $0 } }

  private func problems(_ record: String?, _ files: [String: [UInt8]]) -> FileVerification {
    var environment = SampleEnvironment()
    environment.install("dist", "1", record: record)
    return FileVerification.verify(environment.distributions()) { (path: String) -> [UInt8]? in files[path] }
  }

  @Test func `files that are as RECORD says are verified`() {
    let hash = "sha256=AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"
    let record =
      "dist/a.py,\(hash),3\n../../../bin/dist,\(hash)=,9\ndist/__pycache__/a.pyc,,\n\"dist/b,c.py\",\(hash),1\n"
    let verification = problems(
      record,
      [
        "lib/python3.11/site-packages/dist/a.py": digest(1), "bin/dist": digest(1),
        "lib/python3.11/site-packages/dist/b,c.py": digest(1),
      ])
    #expect(verification.problems.isEmpty)
    #expect(verification.verifiedFiles == 3)
  }

  @Test(
    arguments: [
      (
        "dist/a.py,sha256=AQID,3",
        "\"lib/python3.11/site-packages/dist/a.py\" of \"dist\" is not what was installed: its hash differs"
      ),
      ("dist/gone.py,sha256=AQID,3", "\"dist\" has lost the file \"lib/python3.11/site-packages/dist/gone.py\""),
      (
        "dist/a.py,md5=AQID,3",
        "cannot verify \"lib/python3.11/site-packages/dist/a.py\" of \"dist\": its hash is of kind \"md5\""
      ),
      ("../../../../x,sha256=AQID,3", "\"dist\" has the file \"../../../../x\" outside of the virtual environment"),
      ("/etc/x,sha256=AQID,3", "\"dist\" has the file \"/etc/x\" outside of the virtual environment"),
      (nil, "cannot verify the files of \"dist\": no RECORD lists them"),
    ] as [(String?, String)])
  func `a file that is not as RECORD says is a problem`(record: String?, explanation: String) {
    let verification = problems(record, ["lib/python3.11/site-packages/dist/a.py": digest(1)])
    #expect(verification.problems.map(\.explanation) == [explanation])
    #expect(verification.verifiedFiles == 0)
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("\u{3FF}\u{3FF}", "z7_Pvw"),
  ])
  func `digests are written in the alphabet for addresses`(text: String, encoded: String) {
    #expect(RecordEntry.base64(Array(text.utf8)) == encoded)
  }

  @Test(arguments: ["a,sha256=x,1\n", "\"a,\"\"b\"\"\",,\n", "../../../bin/x,sha256=y,10\nz,,\n"])
  func `RECORD is written as it is read`(text: String) throws {
    #expect(RecordEntry.text(try #require(RecordEntry.read(Array(text.utf8)))) == text)
  }
}

struct InterpreterProblemTests {
  private let ten = InterpreterRelease(major: 3, minor: 10)
  private let eleven = InterpreterRelease(major: 3, minor: 11)

  @Test func `the release must be the one that the manifest declares`() throws {
    #expect(InterpreterProblem.check(declared: eleven, found: eleven, in: .environment) == nil)
    #expect(InterpreterProblem.check(declared: nil, found: eleven, in: .system) == nil)
    let inside = try #require(InterpreterProblem.check(declared: ten, found: eleven, in: .environment))
    #expect(inside.explanation == "the virtual environment is of Python 3.11, and dependencies.python is 3.10")
    #expect(inside.hint == "make it anew with python3.10 -m venv, or change dependencies.python")
    let system = try #require(InterpreterProblem.check(declared: ten, found: eleven, in: .system))
    #expect(system.explanation == "the system has Python 3.11, and dependencies.python is 3.10")
    #expect(system.hint == "include a venv, or install python3.10")
    #expect(!system.isWarning)
  }

  @Test func `a missing environment is told in the agreed words`() {
    #expect(InterpreterProblem.noEnvironment.explanation == "Python entrypoint found but no venv included")
    #expect(InterpreterProblem.noEnvironment.isWarning)
  }
}
