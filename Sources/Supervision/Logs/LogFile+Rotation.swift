internal import Linux

/// Old files: `NAME.1` is the youngest.
extension LogFile {
  /// Gives all files the next higher number, so that a new one can begin; the oldest goes when there are as many as are kept.
  ///
  /// The highest number is moved first, so that whoever looks at the numbers in rising order meanwhile misses none.
  func rotate() throws(SysError) {
    close()
    size = 0
    let kept = max(rule.kept, 1)
    guard kept > 1 else {
      try remove(0)
      return
    }
    // A crash amid this leaves a gap, which is filled first.
    var free = 1
    while free < kept - 1, try exists(free) { free += 1 }
    for age in (0..<free).reversed() {
      do throws(SysError) {
        try folder.descriptor.rename(
          LogFileName.file(name, age: age), to: folder.descriptor,
          replacing: LogFileName.file(name, age: age + 1))
      } catch let error where error.errno == .noSuchFile && age == 0 {
        // Somebody has removed it.
        return
      }
    }
  }

  /// Removes what is older than it may be, and begins a new file where the present one has become old.
  ///
  /// A file takes records for a part of that time alone, as it goes as a whole.
  func age(at now: LogTime) throws(SysError) {
    guard let oldest = rule.oldest else { return }
    // What does not fit is as good as never.
    let limit = Int(clamping: min(oldest, .max / 4000)) * 1000
    let slice = limit / max(rule.kept, 1)
    if size > 0, now.microseconds - begun.microseconds >= slice { try rotate() }
    for (number, changed) in try files() where now.microseconds - changed >= limit { try remove(number) }
  }

  /// Removes what an earlier rule has kept beyond this one.
  func removeExcess() throws(SysError) {
    for (number, _) in try files() where number >= max(rule.kept, 1) { try remove(number) }
  }

  /// Of all files that there are; 0 is the present one.
  func numbers() throws(SysError) -> [Int] { try files().map(\.number) }

  private func files() throws(SysError) -> [(number: Int, changed: Int)] {
    var result: [(Int, Int)] = []
    for entry in try folder.descriptor.entries() {
      guard let number = LogFileName.age(of: entry, name) else { continue }
      do throws(SysError) {
        result.append((number, try folder.descriptor.status(ofEntry: entry).changed * 1_000_000))
      } catch let error where error.errno == .noSuchFile {
        continue
      }
    }
    return result
  }

  private func exists(_ number: Int) throws(SysError) -> Bool {
    do throws(SysError) {
      _ = try folder.descriptor.status(ofEntry: LogFileName.file(name, age: number))
      return true
    } catch let error where error.errno == .noSuchFile {
      return false
    }
  }

  private func remove(_ number: Int) throws(SysError) {
    do throws(SysError) {
      try folder.descriptor.remove(LogFileName.file(name, age: number))
    } catch let error where error.errno == .noSuchFile {
      return
    }
  }
}
