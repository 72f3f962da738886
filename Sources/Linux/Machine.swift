internal import CLinux
internal import Glibc

/// The machine that this runs on.
package enum Machine {
  /// The name of the host. gethostname(2)
  package static func hostName() throws(SysError) -> String {
    let buffer = try bytes(capacity: 256, .uname, "") { gethostname($0, 256) == 0 ? strlen($0) : -1 }
    return String(decoding: buffer, as: UTF8.self)
  }

  #if arch(x86_64)
    /// As uname(2) names what this program is built for.
    package static let architecture = "x86_64"
  #elseif arch(arm64)
    /// As uname(2) names what this program is built for.
    package static let architecture = "aarch64"
  #endif

  /// How much memory it has, in bytes. Not by sysconf(3), which makes up a number where the call is refused. sysinfo(2)
  package static func memory() throws(SysError) -> UInt64 {
    var bytes: UInt64 = 0
    try check(.sysinfo, "the memory of this machine") { cl_memory_of_machine(&bytes) }
    return bytes
  }

  /// How many bytes a page of memory has. sysconf(3)
  package static var pageSize: UInt64 { UInt64(sysconf(Int32(_SC_PAGESIZE))) }

  /// In how many ticks of a second the kernel tells the time of a processor. sysconf(3)
  package static var ticksPerSecond: UInt64 { UInt64(sysconf(Int32(_SC_CLK_TCK))) }

  /// How many processors there are to share work among; no more than eight, as each piece under way takes memory. sysconf(3)
  package static var processors: Int { max(1, min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
