internal import CLinux

extension Signal {
  /// Such as `SIGKILL`; for those without a name of their own `signal 40`.
  package var symbolicName: String {
    guard let name = cl_signal_name(rawValue) else { return description }
    return "SIG" + String(cString: name)
  }

  /// The signal that a person means by `SIGTERM`, `TERM`, `term` or `15`; nil when there is none.
  package init?(spelling text: String) {
    if let number = Int32(text) {
      guard (1...64).contains(number) else { return nil }
      self.init(rawValue: number)
      return
    }
    let name = text.uppercased()
    let wanted = name.hasPrefix("SIG") ? name : "SIG" + name
    for number in CInt(1)...31 where Signal(rawValue: number).symbolicName == wanted {
      self.init(rawValue: number)
      return
    }
    return nil
  }

  /// The names of all that have one.
  package static var symbolicNames: [String] { (CInt(1)...31).map { Signal(rawValue: $0).symbolicName } }
}
