package import Linux
package import Sandbox

/// Why a capsule cannot be supervised, or not any more.
package enum SupervisionError: Error, Hashable, Sendable {
  /// Its sandbox could not be set up.
  case setUp(SetUpFailure)
  /// What was being done, and the call that failed.
  case system(String, SysError)
  /// Something that it cannot go on without is gone, in words.
  case lost(String)

  @discardableResult
  static func catching<Result: ~Copyable>(
    _ step: String, _ body: () throws(SysError) -> Result
  ) throws(SupervisionError) -> Result {
    do throws(SysError) {
      return try body()
    } catch {
      throw .system(step, error)
    }
  }
}
