/// The end of an input that is no terminal's, as a terminal tells it: by a key that ends one attempt to read, and not all.
///
/// So the key is pressed again whenever it was taken, as a file is at its end for each reader. Nobody tells when that happens:
/// it is looked for, less and less often.
struct EndOfInput {
  private static let longest: UInt64 = 500
  private var next: UInt64 = 2

  /// How long to wait until the next look.
  mutating func milliseconds() -> UInt64 {
    defer { next = min(next * 2, Self.longest) }
    return next
  }
}
