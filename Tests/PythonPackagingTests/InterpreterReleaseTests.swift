import Testing

@testable import PythonPackaging

struct InterpreterReleaseTests {
  @Test func `a release is written with a dot`() {
    #expect(InterpreterRelease(major: 3, minor: 11).description == "3.11")
  }
}
