import Testing

@testable import CapsuleFormat

/// A case of git's documentation of patterns, or of ours.
struct IgnoreExample: Sendable, CustomTestStringConvertible {
  let files: [String: String]
  /// With a slash at its end if it is a folder.
  let path: String
  /// `FILE:LINE` of the deciding pattern; nil when nothing speaks of the path.
  let decidedBy: String?

  init(_ files: [String: String], _ path: String, _ decidedBy: String?) {
    self.files = files
    self.path = path
    self.decidedBy = decidedBy
  }

  /// With one file, at the root.
  init(_ file: String, _ path: String, _ line: Int?) {
    self.init(["": file], path, line.map { ".capsuleignore:\($0)" })
  }

  var testDescription: String { "\(path.debugDescription) below \(files.mapValues(\.debugDescription))" }

  var tree: IgnoreTree { IgnoreTree(files: files.mapValues { Array($0.utf8) }, subjects: [subject]) }

  var subject: IgnoreTree.Subject {
    let isFolder = path.hasSuffix("/")
    return .init(path: Array(isFolder ? path.utf8.dropLast() : path.utf8[...]), isFolder: isFolder)
  }

  static let all = lines + slashes + wildcards + sets + negations + nested

  private static let lines = [
    Self("\n\n*.o", "a.o", 3), Self("# *.o\na.o", "a.o", 2), Self("#a", "#a", nil), Self("\\#a", "#a", 1),
    Self(" #a", "#a", nil), Self(" #a", " #a", 1),
    Self("a  \n", "a", 1), Self("a\\ \n", "a ", 1), Self("a\\ \n", "a", nil), Self("a\\  ", "a ", 1),
    Self("a\\ ", "a  ", nil), Self("a\t", "a", nil), Self("a\t", "a\t", 1), Self(" a", " a", 1), Self(" a", "a", nil),
    Self("a b", "a b", 1), Self("   ", " ", nil),
    Self("a\r\nb\r\n", "b", 2), Self("a\r", "a", 1), Self("a\r\r\n", "a\r", 1), Self("a \r\n", "a", 1),
    Self("\r\na", "a", 2), Self("\u{FEFF}a", "a", 1), Self("\n\u{FEFF}a", "a", nil), Self("\u{FEFF}# a\na", "a", 2),
    Self("a\u{0}b", "a", 1), Self("a\u{0}b", "ab", nil), Self("\u{0}", "a", nil), Self("", "a", nil),
    Self("é", "é", 1), Self("e\u{301}", "\u{E9}", nil), Self("A", "a", nil),
  ]

  private static let slashes = [
    Self("a", "a", 1), Self("a", "b/a", 1), Self("a", "a/b", 1), Self("a", "ab", nil), Self("/a", "a", 1),
    Self("/a", "b/a", nil), Self("a/", "a", nil), Self("a/", "a/", 1), Self("a/", "b/a/", 1), Self("a/", "a/b/c", 1),
    Self("a/b", "a/b", 1), Self("a/b", "c/a/b", nil), Self("/a/b", "a/b", 1), Self("a/b/", "a/b", nil),
    Self("a/b/", "a/b/c", 1), Self("//a", "a", nil), Self("a//b", "a/b", nil), Self("./a", "a", nil),
    Self("/", "a/", nil), Self("a\\/", "a/", nil), Self("a\\/b", "a/b", 1),
  ]

  private static let wildcards = [
    Self("*", "a", 1), Self("*.o", "b/a.o", 1), Self("a*", "a", 1), Self("*a*", "bab", 1), Self("a*b", "a/b", nil),
    Self("/*.o", "b/a.o", nil), Self("b/*.o", "b/a.o", 1), Self("b/*.o", "b/c/a.o", nil), Self("?", "a", 1),
    Self("?", "é", nil), Self("??", "é", 1), Self("a?b", "a/b", nil), Self("/a?b", "a/b", nil), Self("*", ".a", 1),
    Self("**/a", "a", 1), Self("**/a", "b/c/a", 1), Self("**/a/b", "c/a/b", 1), Self("**/a", "ba", nil),
    Self("a/**", "a/", nil), Self("a/**", "a/b/c", 1), Self("a/**/b", "a/b", 1), Self("a/**/b", "a/c/d/b", 1),
    Self("a/**/b", "a/cb", nil), Self("a/**/**/b", "a/c/b", 1), Self("/**/b", "a/b", 1), Self("**", "a", 1),
    Self("a/**b", "a/cb", 1), Self("a/**b", "a/c/b", nil), Self("a/***/b", "a/c/d/b", 1), Self("a/b**", "a/bc", 1),
    // What stands in front of the first wildcard does not count: see `GlobParser`.
    Self("a/b**/c", "a/bx/y/c", 1), Self("a/?**/c", "a/bx/y/c", nil), Self("a/b**/c", "a/b/c", 1),
    Self("a**//", "a/", 1),
    Self("\\*", "*", 1), Self("\\*", "a", nil), Self("\\a", "a", 1), Self("\\\\", "\\", 1), Self("a\\", "a", nil),
    Self("a\\", "a\\", nil), Self("\\?\\[", "?[", 1),
  ]

  private static let sets = [
    Self("[ab]", "b", 1), Self("[ab]", "c", nil), Self("[a-c]", "b", 1), Self("[a-c]", "-", nil), Self("[a-]", "-", 1),
    Self("[-a]", "-", 1), Self("[!a]", "b", 1), Self("[!a]", "a", nil), Self("[^a]", "b", 1), Self("[^a]", "a", nil),
    Self("[]a]", "]", 1), Self("[!]a]", "]", nil), Self("[a\\]b]", "]", 1), Self("[a\\-c]", "b", nil),
    Self("[c-a]", "b", nil),
    Self("[a", "[a", nil), Self("[a", "a", nil), Self("[]", "[]", nil), Self("\\[a]", "[a]", 1), Self("[[]", "[", 1),
    Self("[[:alpha:]]", "a", 1), Self("[[:alpha:]]", "1", nil), Self("[![:alpha:]]", "1", 1),
    Self("[[:nix:]]", "n", nil),
    Self("[[:alpha:]1]", "1", 1), Self("[[:alpha]", ":", 1), Self("[[:alpha]x", "ax", 1), Self("[:alpha:]", "p", 1),
    Self("/a[/]b", "a/b", nil), Self("/a[!x]b", "a/b", nil), Self("[[:space:]]", "\u{B}", nil),
    Self("[[:alpha:]]*.[ch]", "main.c", 1),
  ]

  private static let negations = [
    Self("*\n!a", "a", 2), Self("!a\n*", "a", 2), Self("*\n!a", "b", 1), Self("!a", "a", 1), Self("\\!a", "!a", 1),
    Self("!!a", "!a", 1), Self("!", "a", nil), Self("a\n!a\na", "a", 3),
    // In a folder that is ignored, nothing is brought back.
    Self("a/\n!a/b", "a/b", 1), Self("a\n!b", "a/b", 1), Self("a/*\n!a/b", "a/b", 2), Self("a/*\n!a/b", "a/c", 1),
    Self("/*\n!/a\n/a/*\n!/a/b", "a/b/", 4), Self("/*\n!/a\n/a/*\n!/a/b", "a/b/c", nil),
    Self("*\n!*/\n!*.c", "a/b.c", 3), Self("*\n!*.c", "a/b.c", 1),
    Self("a/**\n!a/**/\n!a/**/c", "a/b/c", 3),
  ]

  private static let nested = [
    Self(["": "*.o", "a": "!b.o"], "a/b.o", "a/.capsuleignore:1"),
    Self(["": "!b.o", "a": "*.o"], "a/b.o", "a/.capsuleignore:1"),
    Self(["": "*.o", "a": "!b.o"], "b.o", ".capsuleignore:1"),
    Self(["a": "/b"], "a/b", "a/.capsuleignore:1"), Self(["a": "/b"], "a/c/b", nil), Self(["a": "/b"], "b", nil),
    Self(["a": "b/c"], "a/b/c", "a/.capsuleignore:1"), Self(["a": "a/b"], "a/b", nil),
    Self(["a": "b"], "a/c/b", "a/.capsuleignore:1"), Self(["a": "b"], "c/b", nil), Self(["a": "*"], "a/", nil),
    Self(["": "a/b", "a": "!b"], "a/b", "a/.capsuleignore:1"), Self(["": "a/", "a": "!b"], "a/b", ".capsuleignore:1"),
    Self(["": "x", "a": "!x", "a/b": "x"], "a/b/x", "a/b/.capsuleignore:1"),
    Self(["": "x", "a": "!x", "a/b": "y"], "a/b/x", "a/.capsuleignore:1"),
    Self(["": "x", "a": "!x\n\nb"], "a/b/x", "a/.capsuleignore:3"),
  ]
}
