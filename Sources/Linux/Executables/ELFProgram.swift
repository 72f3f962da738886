/// What the kernel looks at before it executes an ELF file. elf(5)
package struct ELFProgram: Hashable, Sendable {
  /// The program that loads it, and is executed in its place.
  package enum Loader: Hashable, Sendable {
    /// It loads itself: it is linked statically.
    case none
    case named(String)
    /// The file ends too early, or contradicts itself.
    case unreadable
  }

  /// The processor that it is for, as uname(2) names it.
  package let machine: String
  /// Whether it is of a kind that is executed: neither an object file nor a memory dump.
  package let isProgram: Bool
  package let loader: Loader

  private static let start: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]
  private static let mostSegments = 1024
  private static let longestName = 4096

  /// What a file of this size says whose beginning is `header`; nil for what is no ELF file. `read` reads a part that lies in it.
  package static func read<Failure: Error>(
    header: [UInt8], size: Int, _ read: (Range<Int>) throws(Failure) -> [UInt8]
  ) throws(Failure) -> ELFProgram? {
    guard header.starts(with: start) else { return nil }
    guard header.count >= 20 else { return ELFProgram(machine: Machine.architecture, isProgram: false, loader: .none) }
    let isBigEndian = header[5] == 2
    func number(at place: Int) -> Int {
      isBigEndian ? Int(header[place]) << 8 | Int(header[place + 1]) : LittleEndian.number(header[place..<place + 2])
    }
    let kind = number(at: 16)
    let machine = name(of: number(at: 18), isLarge: header[4] == 2)
    return ELFProgram(
      machine: machine, isProgram: kind == 2 || kind == 3, loader: try loader(header, size, read))
  }

  private static func loader<Failure: Error>(
    _ header: [UInt8], _ size: Int, _ read: (Range<Int>) throws(Failure) -> [UInt8]
  ) throws(Failure) -> Loader {
    func bytes(_ start: Int, _ count: Int) throws(Failure) -> [UInt8]? {
      guard start >= 0, count >= 0, start <= size, count <= size - start else { return nil }
      let bytes = try read(start..<start + count)
      return bytes.count == count ? bytes : nil
    }
    guard let layout = ELFLayout(header), let table = layout.table(header), table.count <= mostSegments,
      let tableBytes = try bytes(table.place, table.count * layout.segmentSize),
      let segments = layout.segments(tableBytes)
    else { return .unreadable }
    guard let segment = segments.first(where: { $0.kind == .interpreter }) else { return .none }
    guard segment.size > 1, segment.size <= longestName, let name = try bytes(segment.place, segment.size),
      name.last == 0
    else { return .unreadable }
    return .named(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))
  }

  /// The name of a processor by its number in ELF files.
  private static func name(of machine: Int, isLarge: Bool) -> String {
    switch machine {
    case 3: "i386"
    case 8: "mips"
    case 20: "ppc"
    case 21: "ppc64"
    case 22: "s390x"
    case 40: "arm"
    case 62: isLarge ? "x86_64" : "x32"
    case 183: "aarch64"
    case 243: isLarge ? "riscv64" : "riscv32"
    case 258: "loongarch64"
    default: "the processor number \(machine)"
    }
  }
}
