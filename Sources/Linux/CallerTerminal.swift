internal import CLinux
internal import Glibc

/// The terminal on a standard stream of this process, which passes everything through for a while, and is then again as it was.
package struct CallerTerminal: ~Copyable {
  private let descriptor: Descriptor
  /// As it was when this process first had it to itself.
  private var before: TerminalSettings?
  private var isRaw = false

  /// Whether it passes everything through now.
  package var isPassingThrough: Bool { isRaw }

  /// nil when the stream is no terminal.
  package init?(_ stream: StandardStream) throws(SysError) {
    guard stream.isTerminal else { return nil }
    descriptor = Descriptor(owning: try check(.dup, stream.name) { cl_duplicate_above(stream.rawValue, 3) })
  }

  init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  deinit {
    guard isRaw, let before else { return }
    do throws(SysError) {
      try before.apply(to: descriptor)
    } catch {
      // It has hung up, so that nobody sees it any more.
      return
    }
  }

  /// Whether what is typed is meant for this process and not, by the caller's shell, for another one. tcgetpgrp(3)
  package var isForeground: Bool { isInForeground(descriptor.number) }

  package var windowSize: WindowSize? { WindowSize(of: descriptor.number) }

  /// Lets everything through; false when the terminal has hung up. tcsetattr(3)
  package mutating func passThrough() throws(SysError) -> Bool {
    if isRaw { return true }
    do throws(SysError) {
      let settings: TerminalSettings
      if let before { settings = before } else { settings = try TerminalSettings(of: descriptor) }
      before = settings
      try settings.raw.apply(to: descriptor)
      isRaw = true
      return true
    } catch let error where error.errno == .inputOutput {
      return false
    }
  }

  /// Makes it what it was.
  package mutating func restore() throws(SysError) {
    guard isRaw, let before else { return }
    isRaw = false
    do throws(SysError) {
      try before.apply(to: descriptor)
    } catch let error where error.errno == .inputOutput {
      return
    }
  }

  /// After this process was stopped from outside: whoever had the terminal meanwhile has set it as he liked.
  package mutating func forget() { isRaw = false }
}

extension StandardStream {
  /// Whether what is typed at its terminal is meant for this process; false when it is none. tcgetpgrp(3)
  package var isInForeground: Bool { isTerminal && Linux.isInForeground(rawValue) }
}

private func isInForeground(_ number: CInt) -> Bool {
  let group = tcgetpgrp(number)
  // A terminal that is not that of this session knows no groups of it.
  return group == -1 || group == getpgrp()
}
