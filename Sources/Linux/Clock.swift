internal import Glibc

/// What time it is, and waiting for it to pass.
package enum Clock {
  /// The time of the calendar, which whoever has root can set. time(2)
  package static var secondsSince1970: Int64 { Int64(time(nil)) }

  /// The same in microseconds. clock_gettime(2)
  package static var microsecondsSince1970: Int {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int(now.tv_sec) * 1_000_000 + Int(now.tv_nsec) / 1000
  }

  /// The same in milliseconds.
  package static var millisecondsOfCalendar: Int { microsecondsSince1970 / 1000 }

  /// Sleeps so long, or less when a signal comes. nanosleep(2)
  package static func sleep(milliseconds: Int) {
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    nanosleep(&time, nil)
  }

  /// Milliseconds since some moment, which never go back. clock_gettime(2)
  package static var milliseconds: Int { microseconds / 1000 }

  /// The same in microseconds.
  package static var microseconds: Int {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int(now.tv_sec) * 1_000_000 + Int(now.tv_nsec) / 1000
  }
}
