internal import Glibc

/// The machine that this runs on.
package enum Machine {
  /// How many processors there are to share work among; no more than eight, as each piece under way takes memory. sysconf(3)
  package static var processors: Int { max(1, min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
