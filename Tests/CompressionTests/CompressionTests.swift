import Testing

@testable import Compression
@testable import Linux

struct CompressionTests {
  /// Bytes that compress somewhat, the same ones each time.
  static func sample(_ count: Int) -> [UInt8] {
    var state: UInt64 = 88_172_645_463_325_252
    return (0..<count).map { index in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: index % 3 == 0 ? state : UInt64(index / 7))
    }
  }

  static func turn(_ worker: any PieceWorker, _ input: [UInt8], room: Int) -> [UInt8]? {
    var output = [UInt8](repeating: 0, count: room)
    let count = input.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { worker.turn(input, into: $0) }
    }
    return count.map { Array(output[..<$0]) }
  }

  @Test(arguments: [1, 100, 65536, 1 << 20])
  func `what deflate makes small comes back`(size: Int) throws {
    let bytes = Self.sample(size)
    let compressor = DeflateCompressor()
    for _ in 0..<2 {
      let piece = try #require(Self.turn(compressor, bytes, room: DeflateCompressor.bound(size)))
      let closed = Self.closed(piece)
      let room = size + DeflateDecompressor.outputReserve
      #expect(Self.turn(DeflateDecompressor(), closed, room: room) == bytes)
      #expect(Self.turn(DeflateDecompressor(), closed, room: room - 1) == nil)
      #expect(Self.turn(DeflateDecompressor(), piece, room: room) == nil)
      #expect(Self.turn(DeflateDecompressor(), closed + [0], room: room) == nil)
    }
  }

  /// A piece with what the reader puts behind it.
  static func closed(_ piece: [UInt8]) -> [UInt8] {
    var buffer = piece + [UInt8](repeating: 0, count: DeflateDecompressor.reserve)
    let size = buffer.withUnsafeMutableBytes { DeflateDecompressor.close($0, size: piece.count) }
    return Array(buffer[..<size])
  }

  /// Its last block is open: for gzip its content goes on with the next piece, for the reader with its own end.
  @Test(arguments: [false, true])
  func `a piece that takes what follows for its content is refused`(isLast: Bool) throws {
    let start = try #require(Self.turn(DeflateCompressor(), Self.sample(100), room: DeflateCompressor.bound(100)))
    for count in 1...DeflateDecompressor.reserve {
      let piece = start + [isLast ? 1 : 0, UInt8(count), 0, ~UInt8(count), 0xFF]
      let room = 100 + count + DeflateDecompressor.outputReserve
      for room in room - DeflateDecompressor.outputReserve...room + 8 {
        #expect(Self.turn(DeflateDecompressor(), Self.closed(piece), room: room) == nil, "\(count)")
      }
    }
  }

  @Test(arguments: [1, 100, 65536, 1 << 20])
  func `what zstd makes small comes back`(size: Int) throws {
    let bytes = Self.sample(size)
    let frame = try #require(Self.turn(ZstdCompressor(), bytes, room: ZstdCompressor.bound(size)))
    #expect(Self.turn(ZstdDecompressor(), frame, room: size) == bytes)
    #expect(Self.turn(ZstdDecompressor(), frame, room: size - 1) == nil)
    #expect(Self.turn(ZstdDecompressor(), frame.dropLast(), room: size) == nil)
    #expect(Self.turn(ZstdDecompressor(), frame + frame, room: size * 2) == nil)
  }

  @Test(arguments: [1, 7, 65536])
  func `a deflate stream comes back in pieces of any size`(room: Int) throws {
    let bytes = Self.sample(room == 1 ? 3000 : 300_000)
    let piece = try #require(Self.turn(DeflateCompressor(), bytes, room: DeflateCompressor.bound(bytes.count)))
    let stream = piece + [1, 0, 0, 0xFF, 0xFF]
    let inflater = InflateStream()
    var output = [UInt8](repeating: 0, count: room)
    for _ in 0..<2 {
      inflater.reset()
      var (back, used, isEnd): ([UInt8], Int, Bool) = ([], 0, false)
      while !isEnd {
        let step = try #require(
          stream[used..<min(used + 5, stream.count)].withUnsafeBytes { input in
            output.withUnsafeMutableBytes { inflater.turn(input, into: $0) }
          })
        try #require(step.used + step.made > 0 || step.isEnd)
        back += output[..<step.made]
        used += step.used
        isEnd = step.isEnd
      }
      #expect(back == bytes)
      #expect(used == stream.count)
    }
  }

  @Test func `what is no deflate stream is refused, and half of one does not end`() throws {
    let inflater = InflateStream()
    var output = [UInt8](repeating: 0, count: 100)
    func turn(_ input: [UInt8]) -> InflateStream.Step? {
      input.withUnsafeBytes { input in output.withUnsafeMutableBytes { inflater.turn(input, into: $0) } }
    }
    #expect(turn([0xFF, 0xFF]) == nil)
    inflater.reset()
    #expect(turn([1, 2, 0, 0xFD, 0xFF, 65]) == InflateStream.Step(used: 6, made: 1, isEnd: false))
    #expect(turn([]) == InflateStream.Step(used: 0, made: 0, isEnd: false))
    #expect(turn([66, 9]) == InflateStream.Step(used: 1, made: 1, isEnd: true))
  }

  @Test func `the checksum is that of gzip, in pieces as well`() {
    var checksum = CRC32()
    Array("1234".utf8).withUnsafeBytes { checksum.add($0) }
    Array("56789".utf8).withUnsafeBytes { checksum.add($0) }
    #expect(checksum.value == 0xCBF4_3926)
  }
}

struct OrderedWorkersTests {
  /// Reverses a piece, slower the shorter it is, so that pieces overtake each other.
  final class Reversing: PieceWorker {
    func turn(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
      guard input.first != 13 else { return nil }
      for _ in 0..<(200 / max(1, input.count)) { for byte in input { output[0] = byte } }
      for (index, byte) in input.reversed().enumerated() { output[index] = byte }
      return input.count
    }
  }

  @Test(arguments: [1, 2, 5])
  func `what comes out has the order of what went in`(threads: Int) throws {
    let workers = try OrderedWorkers(threads: threads, slots: 4, inputSize: 8, outputSize: 8) { Reversing() }
    var pieces: [[UInt8]?] = []
    func take() { workers.take { pieces.append($0.map { Array($0) }) } }
    for number in 0..<200 {
      if workers.isFull { take() }
      workers.feed { buffer in
        let piece = [UInt8](repeating: UInt8(number), count: number % 8 + 1)
        buffer.copyBytes(from: piece)
        return piece.count
      }
    }
    while !workers.isEmpty { take() }
    #expect(pieces.count == 200)
    for (number, piece) in pieces.enumerated() {
      #expect(piece == (number == 13 ? nil : [UInt8](repeating: UInt8(number), count: number % 8 + 1)))
    }
  }

  @Test func `threads end also when nothing was taken`() throws {
    let workers = try OrderedWorkers(threads: 2, slots: 4, inputSize: 8, outputSize: 8) { Reversing() }
    workers.feed { _ in 8 }
  }
}
