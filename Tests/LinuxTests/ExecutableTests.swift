import Testing

@testable import Linux

/// What the kernel looks at in a file before it executes it.
@Suite struct ExecutableTests {
  private static let long = String(repeating: "x", count: 300)

  private static func name(_ length: Int) -> String { String(repeating: "x", count: length) }

  private static let lines: [(String, ScriptLine?)] = [
    ("#!/bin/sh\necho\n", ScriptLine.interpreter("/bin/sh", argument: nil)),
    ("#!/bin/sh", .interpreter("/bin/sh", argument: nil)),
    ("#! \t/bin/sh \t-e  -x \t\n", .interpreter("/bin/sh", argument: "-e  -x")),
    ("#!/usr/bin/env python3\n", .interpreter("/usr/bin/env", argument: "python3")),
    ("#!/bin/sh\r\n", .interpreter("/bin/sh\r", argument: nil)),
    ("#!/bin/sh\0/x\n", .interpreter("/bin/sh", argument: nil)),
    ("#!\n/bin/sh\n", .nameless), ("#!", .nameless), ("#! \t \n", .nameless), ("#!\0", .nameless),
    ("#!/\(long)\n", .cut),
    // The argument may be cut, and the name not.
    ("#!/bin/sh \(long)\n", .interpreter("/bin/sh", argument: name(245))),
    ("#!/\(name(251))\n", .interpreter("/\(name(251))", argument: nil)),
    ("#!/\(name(252))\n", .cut),
    ("", nil), ("#", nil), ("echo #!/bin/sh\n", nil), (" #!/bin/sh\n", nil),
  ]

  @Test(arguments: lines)
  func `the first line of a script is read as the kernel reads it`(text: String, line: ScriptLine?) {
    #expect(ScriptLine(Array(text.utf8.prefix(ScriptLine.longest))) == line)
  }

  /// A file of one segment, which names a loader.
  private func sample(
    machine: Int = 62, kind: Int = 3, isLarge: Bool = true, loader: String = "/lib/ld.so\0", segments: Int = 1
  ) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] { LittleEndian.bytes(value, count: count) }
    let word = isLarge ? 8 : 4
    let (headerSize, segmentSize) = isLarge ? (64, 56) : (52, 32)
    var header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, isLarge ? 2 : 1, 1, 1] + number(0, 9)
    header += number(kind, 2) + number(machine, 2) + number(1, 4) + number(0, word) + number(headerSize, word)
    header += number(0, word + 4) + number(headerSize, 2) + number(segmentSize, 2) + number(segments, 2)
    header += number(0, headerSize - header.count)
    let place = headerSize + segmentSize
    let middle = number(place, word) + number(0, 2 * word) + number(loader.utf8.count, word)
    let segment =
      isLarge ? number(3, 4) + number(4, 4) + middle + number(0, 16) : number(3, 4) + middle + number(0, 12)
    return header + segment + Array(loader.utf8)
  }

  private func read(_ bytes: [UInt8]) -> ELFProgram? {
    ELFProgram.read(header: Array(bytes.prefix(ScriptLine.longest)), size: bytes.count) { range in
      #expect(range.lowerBound >= 0 && range.upperBound <= bytes.count)
      return Array(bytes[range.clamped(to: bytes.indices)])
    }
  }

  @Test(arguments: [true, false])
  func `the loader and the processor of an ELF file are read, in both classes`(isLarge: Bool) {
    let program = read(sample(machine: isLarge ? 62 : 3, isLarge: isLarge))
    #expect(program?.machine == (isLarge ? "x86_64" : "i386"))
    #expect(program?.isProgram == true)
    #expect(program?.loader == .named("/lib/ld.so"))
    #expect(read(sample(isLarge: isLarge, segments: 0))?.loader == ELFProgram.Loader.none)
    #expect(read(sample(kind: 1, isLarge: isLarge))?.isProgram == false)
  }

  @Test(arguments: [(40, "arm"), (183, "aarch64"), (243, "riscv64"), (999, "the processor number 999")])
  func `a processor has the name that uname gives it`(number: Int, name: String) {
    #expect(read(sample(machine: number))?.machine == name)
  }

  @Test func `a processor that counts from the big end is named too`() {
    var bytes = sample()
    bytes[5] = 2
    (bytes[18], bytes[19]) = (0, 22)
    #expect(read(bytes)?.machine == "s390x")
  }

  @Test(arguments: ["/lib/ld.so", "", "\0"])
  func `the name of a loader ends with a zero byte and is not empty`(loader: String) {
    #expect(read(sample(loader: loader))?.loader == .unreadable)
  }

  @Test func `no byte of a program makes reading it fail, wherever it is cut or changed`() {
    let whole = sample()
    #expect(read(whole)?.loader == .named("/lib/ld.so"))
    for count in 0..<whole.count { #expect(read(Array(whole[..<count]))?.loader != .named("/lib/ld.so")) }
    for place in 4..<whole.count {
      for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
        var bytes = whole
        bytes[place] = value
        #expect(read(bytes) != nil)
      }
    }
    #expect(read(Array("text".utf8)) == nil)
  }
}
