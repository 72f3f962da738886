import Foundation

/// Waits until `condition` holds; throws when it has not come to hold in ten seconds.
func eventually(_ expectation: String, _ condition: () throws -> Bool) throws {
  let deadline = ContinuousClock.now + .seconds(10)
  while try !condition() {
    guard ContinuousClock.now < deadline else { throw HarnessError("not within ten seconds: \(expectation)") }
    usleep(2000)
  }
}
