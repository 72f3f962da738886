internal import Linux
internal import Planning

extension MachineIDStep {
  /// As machine-id(5) has it: 32 lower-case digits. That of the host would tell which machine this is.
  func execute(on site: BuildingSite) throws(SysError) {
    var text: [UInt8] = []
    text.reserveCapacity(33)
    for byte in try randomBytes(16) {
      for digit in [byte >> 4, byte & 15] { text.append(digit + UInt8(ascii: digit < 10 ? "0" : "W")) }
    }
    text.append(UInt8(ascii: "\n"))
    try site.root.make(path) { parent, name throws(SysError) in try parent.putFile(name, text, mode: 0o444) }
  }
}
