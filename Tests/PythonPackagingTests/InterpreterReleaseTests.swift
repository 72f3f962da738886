import Testing

@testable import PythonPackaging

struct InterpreterReleaseTests {
  @Test func `a release is written with a dot`() {
    #expect(InterpreterRelease(major: 3, minor: 11).description == "3.11")
  }

  @Test(arguments: [("3.11.7", "3.11"), ("3.9", "3.9"), ("3.13.0rc2", "3.13"), ("3", nil), ("1!3.11", nil)])
  func `a release is the first two numbers of a version`(text: String, release: String?) throws {
    #expect(InterpreterRelease(try #require(PackageVersion(text)))?.description == release)
  }

  @Test func `releases are ordered by number, not by text`() {
    #expect(InterpreterRelease(major: 3, minor: 9) < InterpreterRelease(major: 3, minor: 10))
  }
}
